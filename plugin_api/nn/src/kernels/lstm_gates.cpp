#include "kernels/lstm_gates.hpp"

#include <tagloom/base/vectorised.hpp>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

namespace tagloom {
namespace {

/// Rows that one thread takes at a time.
constexpr std::int64_t kRows = 4;

struct BackwardRow {
  const float* i;
  const float* f;
  const float* g;
  const float* o;
  const float* cell;
  const float* tanh_next;
  const float* grad_hidden;
  float* grad_cell;
  float* grad_i;
  float* grad_f;
  float* grad_g;
  float* grad_o;
};

TAGLOOM_VECTORISED void gradients_of(const BackwardRow& row, std::int64_t count) {
  TAGLOOM_APART
  for (std::int64_t k = 0; k < count; ++k) {
    const float i = row.i[k];
    const float f = row.f[k];
    const float g = row.g[k];
    const float o = row.o[k];
    const float tanh_next = row.tanh_next[k];
    const float grad_hidden = row.grad_hidden[k];
    const float grad_next = row.grad_cell[k] + grad_hidden * o * (1 - tanh_next * tanh_next);
    row.grad_i[k] = grad_next * g * i * (1 - i);
    row.grad_f[k] = grad_next * row.cell[k] * f * (1 - f);
    row.grad_g[k] = grad_next * i * (1 - g * g);
    row.grad_o[k] = grad_hidden * tanh_next * o * (1 - o);
    row.grad_cell[k] = grad_next * f;
  }
}

void backward_elsewhere(const at::Tensor& activations, const at::Tensor& cell, const at::Tensor& tanh_next,
                        const at::Tensor& grad_hidden, at::Tensor& grad_cell, at::Tensor& grad_gates) {
  const auto part = activations.chunk(4, 1);
  const at::Tensor grad_next = grad_cell + grad_hidden * part[3] * (1 - tanh_next.square());
  grad_gates.copy_(at::cat(
      {grad_next * part[2] * part[0] * (1 - part[0]), grad_next * cell * part[1] * (1 - part[1]),
       grad_next * part[0] * (1 - part[2].square()), grad_hidden * tanh_next * part[3] * (1 - part[3])},
      1));
  grad_cell.copy_(grad_next * part[1]);
}

}  // namespace

void lstm_gates_forward(at::Tensor& gates, const at::Tensor& cell, at::Tensor& next_cell,
                        at::Tensor& hidden) {
  const std::int64_t units = cell.size(1);
  gates.narrow(1, 0, 2 * units).sigmoid_();
  gates.narrow(1, 2 * units, units).tanh_();
  gates.narrow(1, 3 * units, units).sigmoid_();
  const auto part = gates.chunk(4, 1);
  at::mul_out(next_cell, part[1], cell).addcmul_(part[0], part[2]);
  at::mul_out(hidden, part[3], next_cell.tanh());
}

void lstm_gates_backward(const at::Tensor& activations, const at::Tensor& cell, const at::Tensor& next_cell,
                         const at::Tensor& grad_hidden, at::Tensor& grad_cell, at::Tensor& grad_gates) {
  const std::int64_t units = cell.size(1);
  const at::Tensor tanh_next = next_cell.tanh();
  if (!activations.is_cpu())
    return backward_elsewhere(activations, cell, tanh_next, grad_hidden, grad_cell, grad_gates);
  at::parallel_for(0, cell.size(0), kRows, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t r = begin; r < end; ++r) {
      const float* gates = activations.data_ptr<float>() + r * 4 * units;
      float* out = grad_gates.data_ptr<float>() + r * 4 * units;
      gradients_of(
          {gates, gates + units, gates + 2 * units, gates + 3 * units, cell.data_ptr<float>() + r * units,
           tanh_next.data_ptr<float>() + r * units, grad_hidden.data_ptr<float>() + r * units,
           grad_cell.data_ptr<float>() + r * units, out, out + units, out + 2 * units, out + 3 * units},
          units);
    }
  });
}

}  // namespace tagloom
