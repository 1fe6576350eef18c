#include "memory.hpp"

#include <fstream>
#include <stdexcept>
#include <string>
#include <sys/resource.h>

namespace tagloom::testing {

void allow_only(std::size_t more_bytes) {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word && word != "VmData:") {
  }
  rlim_t kibibytes = 0;
  if (!(status >> kibibytes)) throw std::runtime_error("no VmData in /proc/self/status");
  const rlim_t most = kibibytes * 1024 + more_bytes;
  const rlimit limit{most, most};
  if (::setrlimit(RLIMIT_DATA, &limit) != 0) throw std::runtime_error("no limit");
}

}  // namespace tagloom::testing
