#include "runtime/cuda_graph.hpp"

#include <fmt/format.h>

namespace tagloom::runtime {

UsageError cuda_graph_refused(const std::string& why) {
  return UsageError(
      fmt::format("--cuda-graph on cannot be kept here: {}; leave it out, and nothing is recorded.", why));
}

}  // namespace tagloom::runtime
