#include "distributed/group.hpp"

#if TAGLOOM_HAS_GLOO

#include <ATen/ATen.h>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

namespace tagloom::distributed {
namespace {

class GlooCollectives : public Collectives {
 public:
  GlooCollectives(const Environment& environment, std::chrono::milliseconds timeout) {
    c10d::TCPStoreOptions meeting;
    meeting.port = environment.port;
    meeting.isServer = environment.rank == 0;
    meeting.numWorkers = static_cast<std::size_t>(environment.size);
    meeting.timeout = timeout;
    const auto store = c10::make_intrusive<c10d::TCPStore>(environment.address, meeting);
    auto options = c10d::ProcessGroupGloo::Options::create(timeout);
    // The interface that leads to the meeting point leads to the other processes, too.
    options->devices.push_back(environment.address == "127.0.0.1" || environment.address == "localhost"
                                   ? c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1")
                                   : c10d::ProcessGroupGloo::createDefaultDevice());
    group_ = c10::make_intrusive<c10d::ProcessGroupGloo>(store, environment.rank, environment.size, options);
  }

  void sum(at::Tensor tensor) override {
    std::vector<at::Tensor> tensors{std::move(tensor)};
    group_->allreduce(tensors, {})->wait();
  }

  void take_from_first(at::Tensor tensor) override {
    std::vector<at::Tensor> tensors{std::move(tensor)};
    group_->broadcast(tensors, {})->wait();
  }

  std::vector<at::Tensor> gather(at::Tensor tensor, int processes) override {
    std::vector<std::vector<at::Tensor>> outputs(1);
    for (int i = 0; i < processes; ++i)
      outputs[0].push_back(at::empty_like(tensor));
    std::vector<at::Tensor> inputs{std::move(tensor)};
    group_->allgather(outputs, inputs, {})->wait();
    return std::move(outputs[0]);
  }

 private:
  c10::intrusive_ptr<c10d::ProcessGroupGloo> group_;
};

}  // namespace

bool has_collectives() {
  return true;
}

std::unique_ptr<Collectives> make_collectives(const Environment& environment,
                                              std::chrono::milliseconds timeout) {
  return std::make_unique<GlooCollectives>(environment, timeout);
}

}  // namespace tagloom::distributed

#else

namespace tagloom::distributed {

bool has_collectives() {
  return false;
}

std::unique_ptr<Collectives> make_collectives(const Environment& /*environment*/,
                                              std::chrono::milliseconds /*timeout*/) {
  return nullptr;
}

}  // namespace tagloom::distributed

#endif
