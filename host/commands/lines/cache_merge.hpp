#pragma once

/// `tagloom cache merge`.

#include "commands/line.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::commands {

struct CacheMergeLine {
  std::filesystem::path output;
  std::vector<std::filesystem::path> caches;
  bool is_virtual = false;
  /// As the caches do if empty.
  std::string store;
};
const Line<CacheMergeLine>& cache_merge_line();

}  // namespace tagloom::commands
