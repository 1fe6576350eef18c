/// Our products of few rows by a large weight (plugin_api/nn/src/kernels) beside what exists: LibTorch's own,
/// and oneDNN's with a weight that was laid out for it beforehand. In training each weight changes once a
/// step and is laid out anew, for forward and again for backward; `lay_out` is what that takes.

#include "kernels/products.hpp"
#include "setup.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <benchmark/benchmark.h>
#include <oneapi/dnnl/dnnl.hpp>

namespace tagloom::bench {
namespace {

constexpr std::int64_t kHidden = 2048;
constexpr std::int64_t kGates = 4 * kHidden;

enum class Direction {
  /// `x W'`: [rows, hidden] by [gates, hidden].
  forward,
  /// `g W`: [rows, gates] by [gates, hidden].
  backward,
};

struct Operands {
  at::Tensor rows;
  at::Tensor weight;

  Operands(Direction direction, std::int64_t count, at::ScalarType type)
      : rows(at::rand({count, direction == Direction::forward ? kHidden : kGates}).to(type)),
        weight(at::rand({kGates, kHidden}).to(type)) {}
};

/// oneDNN's product for one shape, its weight in the layout that oneDNN likes best.
class LaidOut {
 public:
  LaidOut(Direction direction, const Operands& operands)
      : type_(operands.weight.scalar_type() == at::kBFloat16 ? dnnl::memory::data_type::bf16
                                                             : dnnl::memory::data_type::f32),
        in_(operands.rows.size(1)),
        out_(operands.weight.numel() / in_),
        plain_({{in_, out_},
                type_,
                direction == Direction::forward ? dnnl::memory::dims{1, in_} : dnnl::memory::dims{out_, 1}}),
        product_(dnnl::matmul::desc({{operands.rows.size(0), in_}, type_, dnnl::memory::format_tag::ab},
                                    {{in_, out_}, type_, dnnl::memory::format_tag::any},
                                    {{operands.rows.size(0), out_}, type_, dnnl::memory::format_tag::ab}),
                 engine_),
        x_(product_.src_desc(), engine_, operands.rows.data_ptr()),
        weight_(product_.weights_desc(), engine_),
        y_(product_.dst_desc(), engine_) {
    lay_out(operands.weight);
  }

  void lay_out(const at::Tensor& weight) {
    dnnl::memory from(plain_, engine_, weight.data_ptr());
    dnnl::reorder(from, weight_).execute(stream_, from, weight_);
    stream_.wait();
  }

  void multiply() {
    dnnl::matmul(product_).execute(stream_,
                                   {{DNNL_ARG_SRC, x_}, {DNNL_ARG_WEIGHTS, weight_}, {DNNL_ARG_DST, y_}});
    stream_.wait();
  }

 private:
  dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream_{engine_};
  dnnl::memory::data_type type_;
  std::int64_t in_;
  std::int64_t out_;
  dnnl::memory::desc plain_;
  dnnl::matmul::primitive_desc product_;
  dnnl::memory x_;
  dnnl::memory weight_;
  dnnl::memory y_;
};

/// Weight bytes read once a product: the least that any way of multiplying few rows does.
void count_bytes(benchmark::State& state, const Operands& operands) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(operands.weight.nbytes()));
}

void ours(benchmark::State& state, Direction direction, at::ScalarType type) {
  const at::NoGradGuard no_grad;
  const Operands operands(direction, state.range(0), type);
  for (auto _ : state)
    benchmark::DoNotOptimize(direction == Direction::forward
                                 ? times_transposed(operands.rows, operands.weight)
                                 : times(operands.rows, operands.weight));
  count_bytes(state, operands);
}

void libtorch(benchmark::State& state, Direction direction, at::ScalarType type) {
  const at::NoGradGuard no_grad;
  const Operands operands(direction, state.range(0), type);
  for (auto _ : state)
    benchmark::DoNotOptimize(
        at::mm(operands.rows, direction == Direction::forward ? operands.weight.t() : operands.weight));
  count_bytes(state, operands);
}

void onednn(benchmark::State& state, Direction direction, at::ScalarType type) {
  const Operands operands(direction, state.range(0), type);
  LaidOut product(direction, operands);
  for (auto _ : state)
    product.multiply();
  count_bytes(state, operands);
}

void lay_out(benchmark::State& state, Direction direction, at::ScalarType type) {
  const Operands operands(direction, state.range(0), type);
  LaidOut product(direction, operands);
  for (auto _ : state)
    product.lay_out(operands.weight);
  count_bytes(state, operands);
}

/// `g' x`: as many rows as all steps of a batch have.
void weight_gradient(benchmark::State& state, at::Tensor (*multiply)(const at::Tensor&, const at::Tensor&)) {
  const at::NoGradGuard no_grad;
  const at::Tensor grads = at::rand({state.range(0), kGates});
  const at::Tensor x = at::rand({state.range(0), kHidden});
  for (auto _ : state)
    benchmark::DoNotOptimize(multiply(grads, x));
  state.SetBytesProcessed(state.iterations() * kGates * kHidden * static_cast<std::int64_t>(sizeof(float)));
}

at::Tensor libtorchs(const at::Tensor& grads, const at::Tensor& x) {
  return at::mm(grads.t(), x);
}

#define TAGLOOM_WEIGHT_GRADIENT(name, multiply)      \
  BENCHMARK_CAPTURE(weight_gradient, name, multiply) \
      ->Arg(32)                                      \
      ->Arg(128)                                     \
      ->Arg(192)                                     \
      ->Arg(256)                                     \
      ->Unit(benchmark::kMillisecond)                \
      ->UseRealTime()

TAGLOOM_WEIGHT_GRADIENT(ours, transposed_times);
TAGLOOM_WEIGHT_GRADIENT(libtorch, libtorchs);

#define TAGLOOM_PRODUCT(way, rows)                                                  \
  BENCHMARK_CAPTURE(way, forward_float32, Direction::forward, at::kFloat) rows;     \
  BENCHMARK_CAPTURE(way, backward_float32, Direction::backward, at::kFloat) rows;   \
  BENCHMARK_CAPTURE(way, forward_bfloat16, Direction::forward, at::kBFloat16) rows; \
  BENCHMARK_CAPTURE(way, backward_bfloat16, Direction::backward, at::kBFloat16) rows

#define TAGLOOM_ROWS \
  ->Arg(1)->Arg(6)->Arg(10)->Arg(16)->Arg(26)->Arg(32)->Arg(64)->Unit(benchmark::kMillisecond)->UseRealTime()

TAGLOOM_PRODUCT(ours, TAGLOOM_ROWS);
TAGLOOM_PRODUCT(libtorch, TAGLOOM_ROWS);
TAGLOOM_PRODUCT(onednn, TAGLOOM_ROWS);
TAGLOOM_PRODUCT(lay_out, ->Arg(26)->Unit(benchmark::kMillisecond)->UseRealTime());

}  // namespace
}  // namespace tagloom::bench
