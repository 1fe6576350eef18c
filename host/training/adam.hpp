#pragma once

/// Adam (Kingma & Ba, ICLR 2015, algorithm 1) as PyTorch computes it, with what a training step does besides
/// in the same pass over the weights: clipping the gradient's norm and averaging the weights. Its state can
/// be stored and taken up again.

#include <tagloom/weights/named_tensors.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace tagloom::training {

class Adam {
 public:
  struct Settings {
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
    /// The gradients of all parameters together are scaled down to this L2 norm; 0 leaves them.
    double clip_norm = 0;
    /// Weights are averaged as `a = decay a + (1 - decay) w` after each step; 0 keeps no average. While the
    /// average is young, `decay` is at most (1 + step) / (10 + step), so that the initial weights are
    /// forgotten.
    double average_decay = 0;
  };

  /// Float32 parameters, contiguous; those without a gradient at a step are left alone.
  Adam(std::vector<at::Tensor> parameters, Settings settings);

  void zero_grad();
  void step(double learning_rate);
  [[nodiscard]] std::int64_t steps() const { return steps_; }

  /// Exchanges weights and averages: once before an evaluation, once after. Nothing without averages.
  void swap_averages();

  /// Moments and averages by name, and the number of steps; views, not copies.
  [[nodiscard]] NamedTensors state() const;
  /// Takes up a state that `state()` gave. Throws DataError if its names or shapes do not fit.
  void restore(const NamedTensors& state, std::int64_t steps);

 private:
  [[nodiscard]] double clip_factor() const;

  std::vector<at::Tensor> parameters_;
  Settings settings_;
  std::vector<at::Tensor> first_moments_;
  std::vector<at::Tensor> second_moments_;
  std::vector<at::Tensor> averages_;
  std::int64_t steps_ = 0;
};

}  // namespace tagloom::training
