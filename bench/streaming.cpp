/// All maps of a real cache, in random order, as an epoch of training reads them. The cache is the file named
/// by TAGLOOM_BENCH_CACHE; without it there is nothing to time.

#include <tagloom/featurecache/stream.hpp>

#include <ATen/ATen.h>

#include <algorithm>
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <random>

namespace tagloom::bench {
namespace {

constexpr std::size_t kBatch = 32;

std::vector<std::vector<std::int64_t>> shuffled_batches(std::int64_t images) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(images));
  std::iota(rows.begin(), rows.end(), 0);
  std::ranges::shuffle(rows, std::mt19937(1));
  std::vector<std::vector<std::int64_t>> batches;
  for (std::size_t begin = 0; begin < rows.size(); begin += kBatch) {
    const auto batch = std::span(rows).subspan(begin, std::min(kBatch, rows.size() - begin));
    batches.emplace_back(batch.begin(), batch.end());
  }
  return batches;
}

void stream_maps(benchmark::State& state, at::ScalarType type) {
  const char* path = std::getenv("TAGLOOM_BENCH_CACHE");
  if (path == nullptr) return state.SkipWithError("TAGLOOM_BENCH_CACHE names no cache");
  const featurecache::CacheReader cache(path);
  const auto batches = shuffled_batches(cache.info().images);
  std::int64_t stored_bytes = 0;
  for (auto _ : state) {
    featurecache::FeatureStream stream(cache, batches,
                                       {.needs = {.pooled = false, .map = true}, .type = type});
    while (const auto batch = stream.next())
      stored_bytes += batch->map.numel() * 2;
  }
  state.SetItemsProcessed(state.iterations() * cache.info().images);
  state.SetBytesProcessed(stored_bytes);
}

BENCHMARK_CAPTURE(stream_maps, float16, at::kHalf)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(stream_maps, bfloat16, at::kBFloat16)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(stream_maps, float32, at::kFloat)->Unit(benchmark::kMillisecond)->UseRealTime();

/// What memory gives: a copy too large for the processor's caches, on as many threads as copy in a stream.
void copy_memory(benchmark::State& state) {
  constexpr std::size_t kBytes = std::size_t{256} << 20;
  std::vector<char> from(kBytes, 1);
  std::vector<char> to(kBytes, 2);
  for (auto _ : state) {
    std::memcpy(to.data(), from.data(), kBytes);
    benchmark::DoNotOptimize(to.data());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kBytes));
}

BENCHMARK(copy_memory)->Unit(benchmark::kMillisecond)->UseRealTime()->ThreadRange(1, 2);

}  // namespace
}  // namespace tagloom::bench
