#pragma once

/// Whether what a GPU does again and again is recorded once and launched as a CUDA graph.

#include "options/words.hpp"

#include <tagloom/base/error.hpp>

#include <array>
#include <string>

namespace tagloom::runtime {

/// `automatic`: on a GPU, where it can be recorded; `on` refuses to go on where it cannot.
enum class CudaGraph { automatic, on, off };

/// What `on` is answered by where it cannot be.
[[nodiscard]] UsageError cuda_graph_refused(const std::string& why);

/// Throws that if nothing can be recorded, for the reason in `why_not`, and `asked` insists.
void require_kept(CudaGraph asked, const std::string& why_not);

}  // namespace tagloom::runtime

template <>
struct tagloom::options::Words<tagloom::runtime::CudaGraph> {
  static constexpr auto kAll =
      std::to_array<Word<runtime::CudaGraph>>({{runtime::CudaGraph::automatic, "auto"},
                                               {runtime::CudaGraph::on, "on"},
                                               {runtime::CudaGraph::off, "off"}});
};
