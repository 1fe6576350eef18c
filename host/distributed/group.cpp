#include "distributed/group.hpp"

#include "distributed/gloo.hpp"
#include "distributed/nccl.hpp"

namespace tagloom::distributed {

std::string backends() {
  std::string names = has_gloo() ? "Gloo" : "";
  if (has_nccl()) names += names.empty() ? "NCCL" : ", NCCL";
  return names;
}

std::unique_ptr<Collectives> make_collectives(const Environment& environment, at::Device device,
                                              std::chrono::milliseconds timeout) {
  return device.is_cuda() && has_nccl() ? nccl_collectives(environment, device, timeout)
                                        : gloo_collectives(environment, timeout);
}

}  // namespace tagloom::distributed
