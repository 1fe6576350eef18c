#pragma once

/// What is taken for an image, in a folder as in an archive, and what is said of the rest.

#include <tagloom/datasets/images/image_format.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom::sources {

/// Why a file is left out, e.g. "of no picture format"; empty if it is taken. What is an image, its content
/// says; one that only its name calls so is taken, so that it is reported as one that cannot be read. No
/// format is that of a file that could not be looked into.
[[nodiscard]] std::string why_left_out(const std::filesystem::path& path,
                                       std::optional<datasets::ImageFormat> format);

/// Counts what was left out, and keeps a name or two of each kind.
class LeftOut {
 public:
  void add(std::string_view name, const std::string& what);
  void add(const LeftOut& others);
  /// "left out of WHERE: ...", or nothing if nothing was.
  [[nodiscard]] std::string sentence(std::string_view where) const;

 private:
  struct Kind {
    std::string what;
    std::int64_t count = 0;
    std::vector<std::string> names = {};
  };

  Kind& kind_of(const std::string& what);

  std::vector<Kind> kinds_;
};

}  // namespace tagloom::sources
