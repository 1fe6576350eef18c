#pragma once

/// The elementwise part of an LSTM step, in one pass over its gates. Float32, contiguous; gates are `[batch,
/// 4 hidden]` in the order i, f, g, o, all else `[batch, hidden]`.

#include <ATen/core/Tensor.h>

namespace tagloom {

/// Turns `gates` into activations (sigmoid, sigmoid, tanh, sigmoid) in place and writes the next cell and
/// hidden state.
void lstm_gates_forward(at::Tensor& gates, const at::Tensor& cell, at::Tensor& next_cell, at::Tensor& hidden);

/// From the gradient of the hidden state and of the next cell to that of the gates before activation;
/// `grad_cell` becomes the gradient of the cell before the step.
void lstm_gates_backward(const at::Tensor& activations, const at::Tensor& cell, const at::Tensor& next_cell,
                         const at::Tensor& grad_hidden, at::Tensor& grad_cell, at::Tensor& grad_gates);

}  // namespace tagloom
