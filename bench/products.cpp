/// The matrix products of one RIA training step and nothing else: the floor of the step on this machine.

#include "setup.hpp"

#include <ATen/ATen.h>

#include <benchmark/benchmark.h>

namespace tagloom::bench {
namespace {

constexpr std::int64_t kBatch = 32;
constexpr std::int64_t kSteps = kMaxLabels + 2;
constexpr std::int64_t kHidden = 2048;
constexpr std::int64_t kEmbedding = 300;

/// `count` products of `[rows, inner]` with the transpose of `[columns, inner]`.
struct Product {
  std::int64_t count;
  std::int64_t rows;
  std::int64_t inner;
  std::int64_t columns;

  [[nodiscard]] double operations() const {
    return 2.0 * static_cast<double>(count * rows) * static_cast<double>(inner * columns);
  }
};

/// A layer that is applied `times` to `rows` rows: forward, the gradient of its input where that is wanted,
/// and that of its weight from all rows at once.
void add_layer(std::vector<Product>& products, std::int64_t times, std::int64_t rows, std::int64_t in,
               std::int64_t out, bool of_input) {
  products.push_back({times, rows, in, out});
  if (of_input) products.push_back({times, rows, out, in});
  products.push_back({1, out, times * rows, in});
}

std::vector<Product> ria_products() {
  std::vector<Product> products;
  add_layer(products, 1, kBatch, kChannels, kHidden, false);               // the first state
  add_layer(products, 1, kSteps * kBatch, kEmbedding, 4 * kHidden, true);  // embeddings to gates
  add_layer(products, kSteps, kBatch, kHidden, 4 * kHidden, true);         // state to gates
  add_layer(products, 1, kSteps * kBatch, kHidden, kLabels + 1, true);     // state to logits
  return products;
}

void ria_products_alone(benchmark::State& state, at::ScalarType type) {
  const at::NoGradGuard no_grad;
  struct Operands {
    Product product;
    at::Tensor left;
    at::Tensor right;
  };
  std::vector<Operands> all;
  double operations = 0;
  for (const Product& product : ria_products()) {
    all.push_back({product, at::rand({product.rows, product.inner}).to(type),
                   at::rand({product.columns, product.inner}).to(type)});
    operations += product.operations();
  }
  for (auto _ : state) {
    for (const auto& [product, left, right] : all) {
      for (std::int64_t i = 0; i < product.count; ++i)
        benchmark::DoNotOptimize(at::mm(left, right.t()));
    }
  }
  state.SetItemsProcessed(state.iterations() * kBatch);
  state.counters["flops"] = benchmark::Counter(operations, benchmark::Counter::kIsIterationInvariantRate);
}

BENCHMARK_CAPTURE(ria_products_alone, float32, at::kFloat)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(ria_products_alone, bfloat16, at::kBFloat16)->Unit(benchmark::kMillisecond)->UseRealTime();

/// The same products' best rate: one large square one.
void square_product(benchmark::State& state, at::ScalarType type) {
  constexpr std::int64_t kSize = 2048;
  const at::NoGradGuard no_grad;
  const at::Tensor a = at::rand({kSize, kSize}).to(type);
  const at::Tensor b = at::rand({kSize, kSize}).to(type);
  for (auto _ : state)
    benchmark::DoNotOptimize(at::mm(a, b));
  state.counters["flops"] =
      benchmark::Counter(2.0 * kSize * kSize * kSize, benchmark::Counter::kIsIterationInvariantRate);
}

BENCHMARK_CAPTURE(square_product, float32, at::kFloat)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(square_product, bfloat16, at::kBFloat16)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace tagloom::bench
