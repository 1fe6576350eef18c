/// The matrix products of one RIA training step and nothing else, by LibTorch's own product, and the best
/// rate that this machine has: together the floor of the step.

#include "measured.hpp"
#include "setup.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <benchmark/benchmark.h>
#include <numeric>

namespace tagloom::bench {
namespace {

constexpr std::int64_t kBatch = 32;
constexpr std::int64_t kHidden = 2048;
constexpr std::int64_t kEmbedding = 300;

/// How the two operands lie in memory decides how fast they are multiplied.
enum class Layout {
  /// `x W'`, forward.
  forward,
  /// `g W`, the gradient of the input.
  of_input,
  /// `g' x`, the gradient of the weight.
  of_weight,
};

/// A product of a layer with weight `[out, in]` that is applied to `rows` rows.
struct Product {
  Layout layout;
  std::int64_t rows;
  std::int64_t in;
  std::int64_t out;

  [[nodiscard]] double operations() const {
    return 2.0 * static_cast<double>(rows) * static_cast<double>(in * out);
  }
};

/// A layer that is applied to so many rows at a time: forward, the gradient of its input where that is
/// wanted, and that of its weight from all rows at once.
void add_layer(std::vector<Product>& products, const BatchSizes& sizes, std::int64_t in, std::int64_t out,
               bool of_input) {
  for (const std::int64_t rows : sizes) {
    products.push_back({Layout::forward, rows, in, out});
    if (of_input) products.push_back({Layout::of_input, rows, in, out});
  }
  products.push_back(
      {Layout::of_weight, std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0}), in, out});
}

std::vector<Product> ria_products() {
  const BatchSizes sizes = labels(kBatch).batch_sizes();
  const std::int64_t rows = std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0});
  std::vector<Product> products;
  add_layer(products, {kBatch}, kChannels, kHidden, false);    // the first state
  add_layer(products, {rows}, kEmbedding, 4 * kHidden, true);  // embeddings to gates
  add_layer(products, sizes, kHidden, 4 * kHidden, true);      // state to gates
  add_layer(products, {rows}, kHidden, kLabels + 1, true);     // state to logits
  return products;
}

struct Operands {
  at::Tensor left;
  at::Tensor right;
};

Operands operands_of(const Product& product, at::ScalarType type) {
  const auto random = [type](std::int64_t rows, std::int64_t columns) {
    return at::rand({rows, columns}, device()).to(type);
  };
  switch (product.layout) {
    case Layout::forward:
      return {random(product.rows, product.in), random(product.out, product.in).t()};
    case Layout::of_input:
      return {random(product.rows, product.out), random(product.out, product.in)};
    case Layout::of_weight:
      return {random(product.rows, product.out).t(), random(product.rows, product.in)};
  }
  return {};
}

void ria_products_alone(benchmark::State& state, at::ScalarType type) {
  const at::NoGradGuard no_grad;
  const std::vector<Product> products = ria_products();
  std::vector<Operands> operands;
  double operations = 0;
  for (const Product& product : products) {
    operands.push_back(operands_of(product, type));
    operations += product.operations();
  }
  time(state, {.operations = operations, .type = type, .images = kBatch}, [&] {
    for (const Operands& each : operands)
      benchmark::DoNotOptimize(at::mm(each.left, each.right));
  });
  state.counters["operations"] = operations;
  state.counters["flops"] = benchmark::Counter(operations, benchmark::Counter::kIsIterationInvariantRate);
}

BENCHMARK_CAPTURE(ria_products_alone, float32, at::kFloat)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(ria_products_alone, bfloat16, at::kBFloat16)->Unit(benchmark::kMillisecond)->UseRealTime();

/// The same products' best rate: one large square one.
void square_product(benchmark::State& state, at::ScalarType type) {
  constexpr std::int64_t kSize = 2048;
  const at::NoGradGuard no_grad;
  constexpr double kOperations = 2.0 * kSize * kSize * kSize;
  const at::Tensor a = at::rand({kSize, kSize}, device()).to(type);
  const at::Tensor b = at::rand({kSize, kSize}, device()).to(type);
  time(state, {.operations = kOperations, .type = type}, [&] { benchmark::DoNotOptimize(at::mm(a, b)); });
  state.counters["flops"] = benchmark::Counter(kOperations, benchmark::Counter::kIsIterationInvariantRate);
}

BENCHMARK_CAPTURE(square_product, float32, at::kFloat)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(square_product, bfloat16, at::kBFloat16)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace tagloom::bench
