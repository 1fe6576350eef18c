#include "runtime/prefix.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>

namespace tagloom::runtime {
namespace {

namespace fs = std::filesystem;

/// The file that this code was loaded from, whatever it was called when it was loaded and wherever the
/// process has gone since: a line of maps is "BEGIN-END PERMISSIONS OFFSET DEVICE INODE   /FILE".
fs::path file_of_this_code() {
  const auto here = reinterpret_cast<std::uintptr_t>(&file_of_this_code);
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    char dash = 0;
    if (std::istringstream(line) >> std::hex >> begin >> dash >> end && begin <= here && here < end)
      return line.substr(std::min(line.find('/'), line.size()));
  }
  return {};
}

}  // namespace

fs::path prefix() {
  return file_of_this_code().parent_path().parent_path();
}

}  // namespace tagloom::runtime
