#pragma once

/// Recorders for tests without a GPU.

#include <tagloom/nn/recorder.hpp>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <memory>
#include <stdexcept>
#include <vector>

namespace tagloom::testing {

/// The action's results lie where they lay when it was recorded.
class Imitation : public Recording {
 public:
  explicit Imitation(const Recorder::Action& action) : Recording(action()), action_(action) {}
  void launch() override {
    const std::vector<at::Tensor> again = action_();
    const at::NoGradGuard no_grad;
    for (std::size_t i = 0; i < again.size(); ++i) {
      if (again[i].defined()) results()[i].copy_(again[i]);
    }
  }

 private:
  Recorder::Action action_;
};

/// Does on a CPU what a GPU does.
struct Imitator : Recorder {
  explicit Imitator(int& count) : recordings(count) {}
  std::vector<at::Tensor> run(const Action& action) override { return action(); }
  std::unique_ptr<Recording> record(const Action& action) override {
    ++recordings;
    return std::make_unique<Imitation>(action);
  }
  int& recordings;
};

/// One whose recordings fail.
struct Refusing : Recorder {
  std::vector<at::Tensor> run(const Action& action) override { return action(); }
  std::unique_ptr<Recording> record(const Action& /*action*/) override {
    throw std::runtime_error("operation not permitted");
  }
};

}  // namespace tagloom::testing
