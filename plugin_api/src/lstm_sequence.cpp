#include "lstm_gates.hpp"

#include <tagloom/lstm_sequence.hpp>

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

namespace tagloom {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::tensor_list;

/// What a step leaves behind for its backward pass, all `[steps, batch, ...]`.
enum Saved : std::size_t { kGates, kCells, kPrevious, kWeight, kStartCell };

struct LstmSequence : Function<LstmSequence> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& input_gates, const at::Tensor& h0,
                            const at::Tensor& c0, const at::Tensor& weight_hh, std::int64_t type_number) {
    const auto type = static_cast<at::ScalarType>(type_number);
    const std::int64_t steps = input_gates.size(0);
    const std::int64_t batch = h0.size(0);
    const std::int64_t hidden = h0.size(1);
    const at::Tensor weight = weight_hh.to(type);
    // Turned into activations in place, step by step.
    at::Tensor gates = input_gates.clone(at::MemoryFormat::Contiguous);
    at::Tensor cells = at::empty({steps, batch, hidden}, h0.options());
    at::Tensor states = at::empty_like(cells);
    at::Tensor previous = at::empty({steps, batch, hidden}, h0.options().dtype(type));
    at::Tensor h = h0;
    at::Tensor c = c0.contiguous();
    for (std::int64_t t = 0; t < steps; ++t) {
      previous[t].copy_(h);
      at::Tensor step_gates = gates[t];
      step_gates.add_(at::mm(previous[t], weight.t()));
      h = states[t];
      at::Tensor next = cells[t];
      lstm_gates_forward(step_gates, c, next, h);
      c = next;
    }
    context->save_for_backward({gates, cells, previous, weight, c0});
    context->saved_data["type"] = type_number;
    context->saved_data["weight_type"] = static_cast<std::int64_t>(weight_hh.scalar_type());
    return states;
  }

  static tensor_list backward(AutogradContext* context, const tensor_list& output_gradients) {
    const auto saved = context->get_saved_variables();
    const auto type = static_cast<at::ScalarType>(context->saved_data["type"].toInt());
    const at::Tensor of_states = output_gradients[0].contiguous();
    const at::Tensor& gates = saved[kGates];
    const at::Tensor& cells = saved[kCells];
    const std::int64_t steps = gates.size(0);
    at::Tensor of_gates = at::empty_like(gates);
    at::Tensor of_gates_cast =
        type == at::kFloat ? of_gates : at::empty(gates.sizes(), gates.options().dtype(type));
    at::Tensor of_hidden = at::zeros_like(saved[kStartCell]);
    at::Tensor of_cell = at::zeros_like(of_hidden);
    for (std::int64_t t = steps - 1; t >= 0; --t) {
      of_hidden.add_(of_states[t]);
      const at::Tensor before = t > 0 ? cells[t - 1] : saved[kStartCell].contiguous();
      at::Tensor step_gradient = of_gates[t];
      lstm_gates_backward(gates[t], before, cells[t], of_hidden, of_cell, step_gradient);
      if (type != at::kFloat) of_gates_cast[t].copy_(step_gradient);
      of_hidden = at::mm(of_gates_cast[t], saved[kWeight]).to(at::kFloat);
    }
    const at::Tensor of_weight =
        at::mm(of_gates_cast.flatten(0, 1).t(), saved[kPrevious].flatten(0, 1))
            .to(static_cast<at::ScalarType>(context->saved_data["weight_type"].toInt()));
    return {of_gates, of_hidden, of_cell, of_weight, at::Tensor()};
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
  static tensor_list backward(AutogradContext* context, const tensor_list& output_gradients) {
    const auto saved = context->get_saved_variables();
    at::Tensor of_gates = at::empty_like(saved[0]);
    at::Tensor of_cell = output_gradients[1].clone(at::MemoryFormat::Contiguous);
    lstm_gates_backward(saved[0], saved[1], saved[2], output_gradients[0].contiguous(), of_cell, of_gates);
    return {of_gates, of_cell};
  }
};

}  // namespace

at::Tensor lstm_sequence(const at::Tensor& input_gates, const LstmState& start, const at::Tensor& weight_hh,
                         at::ScalarType type) {
  return LstmSequence::apply(input_gates, start.hidden, start.cell, weight_hh,
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

LstmState lstm_step(const at::Tensor& gates, const at::Tensor& cell) {
  const tensor_list next = LstmStep::apply(gates, cell);
  return {next[0], next[1]};
}

}  // namespace tagloom
