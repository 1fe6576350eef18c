#pragma once

/// What c10d's backends share. For the sources that make one of them (gloo.cpp, nccl.cpp), and nobody else.

#include "distributed/group.hpp"
#include "distributed/meeting_point.hpp"
#include "distributed/roll_call.hpp"

#include <tagloom/base/interrupt.hpp>

#include <ATen/ATen.h>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <torch/csrc/distributed/c10d/Work.hpp>

#include <algorithm>
#include <thread>
#include <utility>

namespace tagloom::distributed {

using Store = c10::intrusive_ptr<c10d::TCPStore>;

/// c10d's own timers are the second to fire, so that it is ours that say what happened.
inline std::chrono::milliseconds c10d_timeout(const Environment& environment) {
  return environment.time_limit + std::chrono::seconds(5);
}

/// c10d's store at the meeting point, which process 0 keeps. Looks whether it is what it should be.
inline Store store_at(const MeetingPoint& point, const Meeting& meeting) {
  const Environment& environment = meeting.environment;
  c10d::TCPStoreOptions options;
  options.port = environment.port;
  options.isServer = environment.rank == 0;
  options.numWorkers = static_cast<std::size_t>(environment.size);
  // The roll call does, and says who is missing.
  options.waitWorkers = false;
  options.timeout = c10d_timeout(environment);
  meeting.wait.begin(std::min(meeting.deadline, Clock::now() + kAnswering),
                     meeting.sentence(options.isServer ? meeting.port_is_taken() : meeting.not_process_0()));
  return c10::make_intrusive<c10d::TCPStore>(point.address.text(), options);
}

class StoreBoard : public Board {
 public:
  explicit StoreBoard(Store store) : store_(std::move(store)) {}

  void write(const std::string& key, const std::string& text) override {
    store_->set(key, std::vector<std::uint8_t>(text.begin(), text.end()));
  }
  std::optional<std::string> read(const std::string& key) override {
    if (!store_->check({key})) return std::nullopt;
    const std::vector<std::uint8_t> bytes = store_->get(key);
    return std::string(bytes.begin(), bytes.end());
  }
  std::int64_t add(const std::string& key, std::int64_t number) override { return store_->add(key, number); }

 private:
  Store store_;
};

/// Waits for `work` that long at most; whether it was done, or failed.
using WaitForWork = bool (*)(c10d::Work& work, std::chrono::milliseconds time);

/// By looking again and again: at once in the first millisecond, which most exchanges take.
inline bool look_for_end(c10d::Work& work, std::chrono::milliseconds time) {
  constexpr std::chrono::milliseconds kAtOnce(1);
  const auto begin = Clock::now();
  while (!work.isCompleted()) {
    const auto waited = Clock::now() - begin;
    if (waited >= time) return false;
    if (waited < kAtOnce) {
      std::this_thread::yield();
    } else {
      std::this_thread::sleep_for(kAtOnce / 4.0);
    }
  }
  return true;
}

struct C10dSettings {
  at::Device device;
  std::chrono::milliseconds limit;
  /// The rest of a wait is `look_for_end`.
  WaitForWork first_wait = look_for_end;
};

/// `Group` is ProcessGroupGloo or ProcessGroupNCCL: of one base class in some versions of LibTorch, of
/// another in others, and used alike.
template <class Group>
class C10dCollectives : public Collectives {
 public:
  C10dCollectives(c10::intrusive_ptr<Group> group, const C10dSettings& settings)
      : group_(std::move(group)), settings_(settings) {}

  [[nodiscard]] at::Device device() const override { return settings_.device; }

  void sum(at::Tensor tensor) override {
    std::vector<at::Tensor> tensors{std::move(tensor)};
    wait_for(*group_->allreduce(tensors, {}));
  }

  void take_from_first(at::Tensor tensor) override {
    std::vector<at::Tensor> tensors{std::move(tensor)};
    wait_for(*group_->broadcast(tensors, {}));
  }

  std::vector<at::Tensor> gather(at::Tensor tensor) override {
    std::vector<std::vector<at::Tensor>> outputs(1);
    for (int i = 0; i < group_->getSize(); ++i)
      outputs[0].push_back(at::empty_like(tensor));
    std::vector<at::Tensor> inputs{std::move(tensor)};
    wait_for(*group_->allgather(outputs, inputs, {}));
    return std::move(outputs[0]);
  }

 private:
  void wait_for(c10d::Work& work) const {
    WaitForWork wait = settings_.first_wait;
    const Ending ending = wait_in_slices(settings_.limit, [&](std::chrono::milliseconds slice) {
      return std::exchange(wait, look_for_end)(work, slice);
    });
    if (ending == Ending::stopped) throw Interrupted("stopped by a signal.");
    if (ending == Ending::out_of_time) throw OutOfTime();
    work.wait();
  }

  c10::intrusive_ptr<Group> group_;
  C10dSettings settings_;
};

}  // namespace tagloom::distributed
