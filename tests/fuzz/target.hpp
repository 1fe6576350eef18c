#pragma once

/// What the fuzz targets share. A target is one parser of foreign files, called with arbitrary bytes: it may
/// refuse them with a tagloom::Error and must do nothing else that a user would call a failure: crash, hang,
/// ask for memory out of proportion, or throw anything else. Targets have libFuzzer's entry point, and run
/// under libFuzzer where Clang builds them, else under mutate_main.cpp.

#include <tagloom/base/error.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace tagloom::fuzz {

inline std::string_view text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// A file in memory, for parsers that take a path.
class InputFile {
 public:
  explicit InputFile(std::string_view content);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  int descriptor_;
  std::filesystem::path path_;
};

/// Calls the parser; its refusals end here.
template <class Parse>
int read_or_refuse(const Parse& parse) {
  try {
    parse();
  } catch (const Error&) {
  }
  return 0;
}

}  // namespace tagloom::fuzz
