#pragma once

/// Where tests find their data, and folders that vanish when a test ends.

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>

namespace tagloom::testing {

/// A file of tests/data.
std::filesystem::path test_data(const std::string& name);
/// A file of the shared folder; empty when that folder is absent: `if (path.empty()) GTEST_SKIP() << ...`.
std::filesystem::path shared_file(const std::string& name);
nlohmann::json read_json(const std::filesystem::path& path);
void write_text(const std::filesystem::path& path, const std::string& text);
std::string read_text(const std::filesystem::path& path);

/// A fresh folder, removed with everything in it at the end of the scope.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace tagloom::testing
