#pragma once

/// What c10d's backends share. For the sources that make one of them (gloo.cpp, nccl.cpp), and nobody else.

#include "distributed/group.hpp"

#include <ATen/ATen.h>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include <utility>

namespace tagloom::distributed {

inline c10::intrusive_ptr<c10d::TCPStore> meeting_point(const Environment& environment,
                                                        std::chrono::milliseconds timeout) {
  c10d::TCPStoreOptions meeting;
  meeting.port = environment.port;
  meeting.isServer = environment.rank == 0;
  meeting.numWorkers = static_cast<std::size_t>(environment.size);
  meeting.timeout = timeout;
  return c10::make_intrusive<c10d::TCPStore>(environment.address, meeting);
}

/// `Group` is ProcessGroupGloo or ProcessGroupNCCL: of one base class in some versions of LibTorch, of
/// another in others, and used alike.
template <class Group>
class C10dCollectives : public Collectives {
 public:
  C10dCollectives(c10::intrusive_ptr<Group> group, at::Device device)
      : group_(std::move(group)), device_(device) {}

  [[nodiscard]] at::Device device() const override { return device_; }

  void sum(at::Tensor tensor) override {
    std::vector<at::Tensor> tensors{std::move(tensor)};
    group_->allreduce(tensors, {})->wait();
  }

  void take_from_first(at::Tensor tensor) override {
    std::vector<at::Tensor> tensors{std::move(tensor)};
    group_->broadcast(tensors, {})->wait();
  }

  std::vector<at::Tensor> gather(at::Tensor tensor) override {
    std::vector<std::vector<at::Tensor>> outputs(1);
    for (int i = 0; i < group_->getSize(); ++i)
      outputs[0].push_back(at::empty_like(tensor));
    std::vector<at::Tensor> inputs{std::move(tensor)};
    group_->allgather(outputs, inputs, {})->wait();
    return std::move(outputs[0]);
  }

 private:
  c10::intrusive_ptr<Group> group_;
  at::Device device_;
};

}  // namespace tagloom::distributed
