#include "runtime/prefix.hpp"

namespace tagloom::runtime {

std::filesystem::path prefix() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path().parent_path();
}

}  // namespace tagloom::runtime
