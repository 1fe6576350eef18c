#include "runtime/cuda_graph.hpp"

#include <fmt/format.h>

namespace tagloom::runtime {

UsageError cuda_graph_refused(const std::string& why) {
  return UsageError(
      fmt::format("--cuda-graph on cannot be kept here: {}; leave it out, and nothing is recorded.", why));
}

void require_kept(CudaGraph asked, const std::string& why_not) {
  if (asked == CudaGraph::on && !why_not.empty()) throw cuda_graph_refused(why_not);
}

}  // namespace tagloom::runtime
