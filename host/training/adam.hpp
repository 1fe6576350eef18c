#pragma once

/// Adam (Kingma & Ba, ICLR 2015, algorithm 1) as PyTorch computes it, with what a training step does besides
/// in the same pass over the weights: clipping the gradient's norm, averaging the weights, and rounding those
/// that are multiplied in bfloat16. Its state can be stored and taken up again.

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

  /// Float32 parameters, contiguous; those without a gradient at a step are left alone. Those that are also
  /// in `in_bfloat16` are bfloat16 tensors from now on, and so are their gradients; the optimiser keeps their
  /// float32 masters, which is what it updates.
  Adam(std::vector<at::Tensor> parameters, Settings settings,
       const std::vector<at::Tensor>& in_bfloat16 = {});
  /// Leaves the parameters as float32.
  ~Adam();
  Adam(const Adam&) = delete;
  Adam& operator=(const Adam&) = delete;

  void zero_grad();
  void step(double learning_rate);
  [[nodiscard]] std::int64_t steps() const { return steps_; }

  /// What the parameters show.
  enum class Weights {
    /// What training computes with; the only ones that `step` may meet.
    training,
    /// All in float32: to be stored, or to be overwritten with what was stored.
    current,
    /// The averages where they are kept, else `current`: to be scored.
    averaged,
  };
  void show(Weights weights);

  /// Moments and averages by name, and the number of steps; views, not copies.
  [[nodiscard]] NamedTensors state() const;
  /// Takes up a state that `state()` gave. Throws DataError if its names or shapes do not fit.
  void restore(const NamedTensors& state, std::int64_t steps);

 private:
  /// What clipping multiplies the gradients by, one number where the gradients are; undefined without
  /// clipping. Read by the device alone: reading it on the host would wait for the step.
  [[nodiscard]] at::Tensor grad_scale() const;

  std::vector<at::Tensor> parameters_;
  Settings settings_;
  /// What the parameters are; the same memory as a parameter that trains in float32.
  std::vector<at::Tensor> masters_;
  /// Undefined for a parameter that trains in float32.
  std::vector<at::Tensor> rounded_;
  std::vector<at::Tensor> first_moments_;
  std::vector<at::Tensor> second_moments_;
  std::vector<at::Tensor> averages_;
  std::int64_t steps_ = 0;
};

}  // namespace tagloom::training
