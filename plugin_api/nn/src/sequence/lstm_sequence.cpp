#include "kernels/lstm_gates.hpp"
#include "kernels/products.hpp"

#include <tagloom/nn/lstm_sequence.hpp>
#include <tagloom/nn/recorded.hpp>

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

namespace tagloom {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::tensor_list;

/// What the forward pass leaves behind, one row for each step of each image.
enum Saved : std::size_t { kGates, kCells, kPrevious, kWeight, kStartCell };

struct LstmSequence : Function<LstmSequence> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& input_gates, const BatchSizes& sizes,
                            const at::Tensor& h0, const at::Tensor& c0, const at::Tensor& weight_hh,
                            std::int64_t type_number) {
    const auto type = static_cast<at::ScalarType>(type_number);
    const at::Tensor weight = operand(weight_hh, type);
    // Turned into activations in place, step by step.
    at::Tensor gates = input_gates.clone(at::MemoryFormat::Contiguous);
    at::Tensor cells = at::empty({gates.size(0), h0.size(1)}, h0.options());
    at::Tensor states = at::empty_like(cells);
    at::Tensor previous = at::empty(cells.sizes(), weight.options());
    at::Tensor h = h0;
    at::Tensor c = c0.contiguous();
    std::int64_t first = 0;
    for (const std::int64_t size : sizes) {
      const auto of_step = [&](const at::Tensor& rows) { return rows.narrow(0, first, size); };
      of_step(previous).copy_(operand(h.narrow(0, 0, size), type));
      at::Tensor step_gates = of_step(gates);
      step_gates.add_(times_transposed(of_step(previous), weight));
      at::Tensor next = of_step(cells);
      h = of_step(states);
      lstm_gates_forward(step_gates, c.narrow(0, 0, size), next, h);
      c = next;
      first += size;
    }
    context->save_for_backward({gates, cells, previous, weight, c0});
    context->saved_data["sizes"] = sizes;
    context->saved_data["type"] = type_number;
    context->saved_data["weight_type"] = static_cast<std::int64_t>(weight_hh.scalar_type());
    return states;
  }

  static tensor_list backward(AutogradContext* context, const tensor_list& grad_outputs) {
    const auto saved = context->get_saved_variables();
    const auto type = static_cast<at::ScalarType>(context->saved_data["type"].toInt());
    const BatchSizes sizes = context->saved_data["sizes"].toIntVector();
    const at::Tensor grad_states = grad_outputs[0].contiguous();
    at::Tensor grad_gates = at::empty_like(saved[kGates]);
    at::Tensor grad_gates_cast =
        type == at::kFloat ? grad_gates : at::empty(grad_gates.sizes(), saved[kWeight].options());
    // A row for each image: zeros until, going back, its last step is reached.
    at::Tensor grad_all_hidden = at::zeros(saved[kStartCell].sizes(), saved[kStartCell].options());
    at::Tensor grad_all_cells = at::zeros_like(grad_all_hidden);
    std::int64_t first = grad_gates.size(0);
    for (std::size_t t = sizes.size(); t-- > 0;) {
      const std::int64_t size = sizes[t];
      first -= size;
      const auto of_step = [&](const at::Tensor& rows) { return rows.narrow(0, first, size); };
      at::Tensor grad_hidden = grad_all_hidden.narrow(0, 0, size).add_(of_step(grad_states));
      at::Tensor grad_cell = grad_all_cells.narrow(0, 0, size);
      const at::Tensor before = t > 0 ? saved[kCells].narrow(0, first - sizes[t - 1], size)
                                      : saved[kStartCell].contiguous().narrow(0, 0, size);
      at::Tensor grad_step = of_step(grad_gates);
      lstm_gates_backward(of_step(saved[kGates]), before, of_step(saved[kCells]), grad_hidden, grad_cell,
                          grad_step);
      if (type != at::kFloat) of_step(grad_gates_cast).copy_(operand(grad_step, type));
      grad_hidden.copy_(times(of_step(grad_gates_cast), saved[kWeight]));
    }
    const at::Tensor grad_weight =
        transposed_times(grad_gates_cast, saved[kPrevious])
            .to(static_cast<at::ScalarType>(context->saved_data["weight_type"].toInt()));
    return {grad_gates, at::Tensor(), grad_all_hidden, grad_all_cells, grad_weight, at::Tensor()};
  }
};

struct LstmStep : Function<LstmStep> {
  static tensor_list forward(AutogradContext* context, const at::Tensor& gates, const at::Tensor& cell) {
    at::Tensor activations = gates.clone(at::MemoryFormat::Contiguous);
    const at::Tensor before = cell.contiguous();
    at::Tensor next = at::empty_like(before);
    at::Tensor hidden = at::empty_like(before);
    lstm_gates_forward(activations, before, next, hidden);
    context->save_for_backward({activations, before, next});
    return {hidden, next};
  }
  static tensor_list backward(AutogradContext* context, const tensor_list& grad_outputs) {
    const auto saved = context->get_saved_variables();
    at::Tensor grad_gates = at::empty_like(saved[0]);
    at::Tensor grad_cell = grad_outputs[1].clone(at::MemoryFormat::Contiguous);
    lstm_gates_backward(saved[0], saved[1], saved[2], grad_outputs[0].contiguous(), grad_cell, grad_gates);
    return {grad_gates, grad_cell};
  }
};

/// In operations that depend on nothing but their inputs.
LstmState library_step(const at::Tensor& gates, const at::Tensor& cell) {
  const auto part = gates.chunk(4, 1);
  at::Tensor next = part[1].sigmoid() * cell + part[0].sigmoid() * part[2].tanh();
  at::Tensor hidden = part[3].sigmoid() * next.tanh();
  return {std::move(hidden), std::move(next)};
}

}  // namespace

at::Tensor lstm_sequence(const at::Tensor& input_gates, const BatchSizes& sizes, const LstmState& start,
                         const at::Tensor& weight_hh, at::ScalarType type) {
  TORCH_CHECK(std::ranges::is_sorted(sizes, std::ranges::greater()) && !sizes.empty() &&
                  sizes.front() <= start.hidden.size(0) &&
                  std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0}) == input_gates.size(0),
              "batch sizes ", sizes, " do not fit ", input_gates.size(0), " rows of ", start.hidden.size(0),
              " images");
  return LstmSequence::apply(input_gates, sizes, start.hidden, start.cell, weight_hh,
                             static_cast<std::int64_t>(type));
}

at::Tensor library_lstm(const at::Tensor& inputs, const LstmState& start, const at::Tensor& weight_ih,
                        const at::Tensor& weight_hh, const at::Tensor& bias_ih, const at::Tensor& bias_hh,
                        at::ScalarType type) {
  const auto layer = [&](const at::Tensor& state) { return state.to(type).unsqueeze(0); };
  const std::vector<at::Tensor> weights{weight_ih.to(type), weight_hh.to(type), bias_ih.to(type),
                                        bias_hh.to(type)};
  return std::get<0>(at::lstm(inputs.to(type), {layer(start.hidden), layer(start.cell)}, weights,
                              /*has_biases=*/true, /*num_layers=*/1, /*dropout=*/0, /*train=*/true,
                              /*bidirectional=*/false, /*batch_first=*/false))
      .to(at::kFloat);
}

LstmState lstm_step(at::Tensor&& gates, const at::Tensor& cell) {
  if (is_recorded()) return library_step(gates, cell);
  if (at::GradMode::is_enabled()) {
    const tensor_list next = LstmStep::apply(std::move(gates), cell);
    return {next[0], next[1]};
  }
  at::Tensor activations = std::move(gates).contiguous();
  LstmState next{at::empty(cell.sizes(), cell.options()), at::empty(cell.sizes(), cell.options())};
  lstm_gates_forward(activations, cell.contiguous(), next.cell, next.hidden);
  return next;
}

}  // namespace tagloom
