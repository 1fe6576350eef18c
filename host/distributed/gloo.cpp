#include "distributed/gloo.hpp"

#if TAGLOOM_HAS_GLOO

#include "distributed/c10d_collectives.hpp"

#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>

namespace tagloom::distributed {

bool has_gloo() {
  return true;
}

std::unique_ptr<Collectives> gloo_collectives(const Environment& environment,
                                              std::chrono::milliseconds timeout) {
  using Gloo = c10d::ProcessGroupGloo;
  const auto options = Gloo::Options::create(timeout);
  // The interface that leads to the meeting point leads to the other processes, too.
  options->devices.push_back(environment.address == "127.0.0.1" || environment.address == "localhost"
                                 ? Gloo::createDeviceForHostname("127.0.0.1")
                                 : Gloo::createDefaultDevice());
  return std::make_unique<C10dCollectives<Gloo>>(
      c10::make_intrusive<Gloo>(meeting_point(environment, timeout), environment.rank, environment.size,
                                options),
      at::kCPU);
}

}  // namespace tagloom::distributed

#else

namespace tagloom::distributed {

bool has_gloo() {
  return false;
}

std::unique_ptr<Collectives> gloo_collectives(const Environment& /*environment*/,
                                              std::chrono::milliseconds /*timeout*/) {
  return nullptr;
}

}  // namespace tagloom::distributed

#endif
