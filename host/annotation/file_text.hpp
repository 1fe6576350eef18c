#pragma once

#include <tagloom/base/file.hpp>

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::annotation {

/// A whole file. Throws DataError if it cannot be read.
inline std::string text_of(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = read_file(path);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace tagloom::annotation
