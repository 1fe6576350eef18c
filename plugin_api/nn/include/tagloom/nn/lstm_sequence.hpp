#pragma once

/// An LSTM (Hochreiter & Schmidhuber, 1997; gates i, f, g, o as in PyTorch) over a whole sequence at once, as
/// one node of the graph: one product a step forward, one a step backward, and one for the gradient of the
/// recurrent weight.

#include <tagloom/base/export.hpp>
#include <tagloom/batch_sizes.hpp>

#include <ATen/core/Tensor.h>

namespace tagloom {

struct LstmState {
  /// `[batch, hidden]`, float32.
  at::Tensor hidden;
  at::Tensor cell;
};

/// The hidden states `[rows, hidden]` (float32) of the steps that are taken (batch_sizes.hpp). `input_gates`
/// `[rows, 4 hidden]` (float32) is what the inputs and the biases add to the gates, computed for all steps
/// beforehand; `weight_hh` `[4 hidden, hidden]`. Products are computed in `type` (float32 or bfloat16).
/// Differentiable in gates, start and weight.
TAGLOOM_API at::Tensor lstm_sequence(const at::Tensor& input_gates, const BatchSizes& sizes,
                                     const LstmState& start, const at::Tensor& weight_hh,
                                     at::ScalarType type);

/// All steps of all images by LibTorch's own LSTM, on a GPU cuDNN's, from the inputs `[steps, batch, in]`
/// themselves, to `[steps, batch, hidden]`: `weight_ih` `[4 hidden, in]`, biases `[4 hidden]`.
TAGLOOM_API at::Tensor library_lstm(const at::Tensor& inputs, const LstmState& start,
                                    const at::Tensor& weight_ih, const at::Tensor& weight_hh,
                                    const at::Tensor& bias_ih, const at::Tensor& bias_hh,
                                    at::ScalarType type);

/// One step from gates `[batch, 4 hidden]` that hold all contributions. Where no gradient is recorded their
/// memory is used up.
TAGLOOM_API LstmState lstm_step(at::Tensor&& gates, const at::Tensor& cell);

}  // namespace tagloom
