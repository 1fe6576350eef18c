/// Caches of many parts: merging shards beside copying the same bytes (at least 70 % of `cp`'s rate), and
/// reading several caches, or a virtual one, beside the merged one (at least 95 %). TAGLOOM_BENCH_GB is how
/// many GB of plain maps are made for it, below TAGLOOM_BENCH_FOLDER (the folder for temporary files unless
/// set).

#include <tagloom/featurecache/merge.hpp>
#include <tagloom/featurecache/stream.hpp>
#include <tagloom/featurecache/writer.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <random>
#include <string>
#include <unistd.h>
#include <vector>

namespace tagloom::bench {
namespace {

namespace fs = std::filesystem;
using namespace featurecache;

constexpr std::int64_t kShards = 8;
constexpr std::size_t kBatch = 32;
constexpr FeatureShape kMaps{.channels = 1280, .map_height = 7, .map_width = 7};

std::string variable(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

/// Eight shards and what they make together, for as long as the program runs.
class Files {
 public:
  Files() {
    fs::remove_all(folder);
    fs::create_directories(folder);
    const double row_bytes = static_cast<double>((kMaps.pixels() + 1) * kMaps.channels) * 2;
    const auto images =
        static_cast<std::int64_t>(std::stod(variable("TAGLOOM_BENCH_GB", "0.5")) * 1e9 / row_bytes) /
        kShards * kShards;
    for (std::int64_t shard = 1; shard <= kShards; ++shard)
      shards.push_back(write({.index = shard, .count = kShards, .list = "list"}, images));
    (void)merge(folder / "merged.h5", shards);
    (void)merge(folder / "virtual.h5", shards, {.is_virtual = true});
    // Else the disk is busy with these while the first of the timed ones writes.
    ::sync();
  }
  ~Files() { fs::remove_all(folder); }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;

  const fs::path folder =
      fs::path(variable("TAGLOOM_BENCH_FOLDER", fs::temp_directory_path())) / "tagloom-bench-caches";
  std::vector<fs::path> shards;

 private:
  [[nodiscard]] fs::path write(const ShardOf& shard, std::int64_t images) const {
    const fs::path path = shard_path(folder / "c.h5", shard);
    CacheWriter writer(path, {.encoder = "bench",
                              .feature_shape = kMaps,
                              .has = {.pooled = true, .map = true},
                              .compression = Compression::none,
                              .shard = shard});
    const Features features{.pooled = at::rand({1, kMaps.channels}),
                            .map = at::rand({1, kMaps.pixels(), kMaps.channels})};
    for (std::int64_t image = shard.index - 1; image < images; image += shard.count) {
      const ImageKey key{.name = fmt::format("{:08}.jpeg", image), .hash = fmt::format("{:032}", image)};
      writer.append({&key, 1}, features);
    }
    (void)writer.finish();
    return path;
  }
};

const Files& files() {
  static const Files made;
  return made;
}

void merge_by_copy(benchmark::State& state) {
  const fs::path out = files().folder / "out.h5";
  for (auto _ : state) {
    (void)merge(out, files().shards);
    state.PauseTiming();
    state.SetBytesProcessed(state.bytes_processed() + static_cast<std::int64_t>(fs::file_size(out)));
    fs::remove(out);
    state.ResumeTiming();
  }
}
BENCHMARK(merge_by_copy)->Unit(benchmark::kMillisecond)->UseRealTime();

void copy_by_cp(benchmark::State& state) {
  const fs::path from = files().folder / "merged.h5";
  const fs::path out = files().folder / "out.h5";
  const std::string command =
      fmt::format("cp --reflink=never {} {} && sync {}", from.c_str(), out.c_str(), out.c_str());
  for (auto _ : state) {
    if (std::system(command.c_str()) != 0) return state.SkipWithError("cp failed");
    state.PauseTiming();
    state.SetBytesProcessed(state.bytes_processed() + static_cast<std::int64_t>(fs::file_size(out)));
    fs::remove(out);
    state.ResumeTiming();
  }
}
BENCHMARK(copy_by_cp)->Unit(benchmark::kMillisecond)->UseRealTime();

enum class Read { merged, several, made_virtual };

CacheReader opened(Read what) {
  if (what == Read::several) return CacheReader(files().shards);
  return CacheReader(files().folder / (what == Read::merged ? "merged.h5" : "virtual.h5"));
}

/// All maps in random order, as an epoch of training reads them.
void read_epoch(benchmark::State& state, Read what) {
  const CacheReader cache = opened(what);
  std::vector<std::int64_t> rows(static_cast<std::size_t>(cache.info().images));
  std::iota(rows.begin(), rows.end(), 0);
  std::ranges::shuffle(rows, std::mt19937(1));
  std::vector<std::vector<std::int64_t>> batches;
  for (std::size_t begin = 0; begin < rows.size(); begin += kBatch) {
    const auto batch = std::span(rows).subspan(begin, std::min(kBatch, rows.size() - begin));
    batches.emplace_back(batch.begin(), batch.end());
  }
  const auto epoch = [&] {
    FeatureStream stream(cache, batches, {.needs = {.pooled = true, .map = true}, .type = at::kHalf});
    while (const auto batch = stream.next())
      benchmark::DoNotOptimize(batch->map.data_ptr());
  };
  // The first compares every row with its hash.
  epoch();
  for (auto _ : state)
    epoch();
  state.SetItemsProcessed(state.iterations() * cache.info().images);
}
BENCHMARK_CAPTURE(read_epoch, merged, Read::merged)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(read_epoch, several, Read::several)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(read_epoch, virtual, Read::made_virtual)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace tagloom::bench
