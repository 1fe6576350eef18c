#include "distributed/nccl.hpp"

#if TAGLOOM_HAS_NCCL

#include "distributed/c10d_collectives.hpp"

#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>

#include <cstdlib>

namespace tagloom::distributed {

bool has_nccl() {
  return true;
}

std::unique_ptr<Collectives> nccl_collectives(const Environment& environment, at::Device device,
                                              std::chrono::milliseconds timeout) {
  using Nccl = c10d::ProcessGroupNCCL;
  // Waiting throws when another process is lost. Otherwise a thread of LibTorch's would end this process
  // there and then, and what was trained with it.
  setenv("TORCH_NCCL_BLOCKING_WAIT", "1", /*overwrite=*/0);
  const auto options = Nccl::Options::create();
  options->timeout = timeout;
  return std::make_unique<C10dCollectives<Nccl>>(
      c10::make_intrusive<Nccl>(meeting_point(environment, timeout), environment.rank, environment.size,
                                options),
      device);
}

}  // namespace tagloom::distributed

#else

namespace tagloom::distributed {

bool has_nccl() {
  return false;
}

std::unique_ptr<Collectives> nccl_collectives(const Environment& /*environment*/, at::Device /*device*/,
                                              std::chrono::milliseconds /*timeout*/) {
  return nullptr;
}

}  // namespace tagloom::distributed

#endif
