/// `cache verify` on two threads beside `cat` of the same file to /dev/null (at least 80 % of its rate), with
/// the file in the page cache and without. TAGLOOM_BENCH_GB is how many GB each file has, below
/// TAGLOOM_BENCH_FOLDER (the folder for temporary files unless set).

#include <tagloom/featurecache/verify.hpp>
#include <tagloom/featurecache/writer.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <benchmark/benchmark.h>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <string>
#include <unistd.h>
#include <vector>

namespace tagloom::bench {
namespace {

namespace fs = std::filesystem;
using namespace featurecache;

constexpr FeatureShape kMaps{.channels = 1280, .map_height = 12, .map_width = 12};
/// Which part of a map EfficientNet-Lite2 leaves.
constexpr double kNotZero = 0.085;
constexpr std::int64_t kRowsAtOnce = 32;

struct Kind {
  const char* name;
  StoredType store;
  Compression compression;
};
constexpr Kind kPlain{"plain", StoredType::float16, Compression::none};
constexpr Kind kPacked{"packed", StoredType::float16, Compression::bitmap};
constexpr Kind kPackedInt8{"packed_int8", StoredType::int8, Compression::bitmap};

std::string variable(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

fs::path write(const fs::path& path, const Kind& kind) {
  const at::Tensor map = at::rand({kRowsAtOnce, kMaps.pixels(), kMaps.channels});
  const Features features{.pooled = at::rand({kRowsAtOnce, kMaps.channels}),
                          .map = (map - (1 - kNotZero)).clamp_min(0)};
  const double bytes = std::stod(variable("TAGLOOM_BENCH_GB", "0.5")) * 1e9;
  CacheWriter writer(path, {.encoder = "bench",
                            .feature_shape = kMaps,
                            .has = {.pooled = true, .map = true},
                            .store = kind.store,
                            .compression = kind.compression});
  const double number = kind.store == StoredType::int8 ? 1 : 2;
  const auto numbers = static_cast<double>(kMaps.pixels() * kMaps.channels);
  const double row_bytes =
      kind.compression == Compression::none ? numbers * number : numbers * (0.125 + kNotZero * number);
  for (std::int64_t row = 0; static_cast<double>(row) * row_bytes < bytes;) {
    std::vector<ImageKey> keys;
    for (std::int64_t end = row + kRowsAtOnce; row < end; ++row)
      keys.push_back({.name = fmt::format("{:08}.jpeg", row), .hash = fmt::format("{:032}", row)});
    writer.append(keys, features);
  }
  (void)writer.finish();
  return path;
}

/// A file a kind, for as long as the program runs.
class Files {
 public:
  Files() {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~Files() { fs::remove_all(folder_); }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;

  const fs::path& of(const Kind& kind) {
    fs::path& path = made_[kind.name];
    if (path.empty()) path = write(folder_ / fmt::format("{}.h5", kind.name), kind);
    return path;
  }

 private:
  fs::path folder_ =
      fs::path(variable("TAGLOOM_BENCH_FOLDER", fs::temp_directory_path())) / "tagloom-bench-verify";
  std::map<std::string, fs::path> made_;
};

const fs::path& file_of(const Kind& kind) {
  static Files files;
  return files.of(kind);
}

/// Has the system forget what it holds of a file.
void make_cold(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  (void)::fsync(file);
  (void)::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
  ::close(file);
}

template <class Read>
void time_reading(benchmark::State& state, const Kind& kind, bool cold, const Read& read) {
  const fs::path& path = file_of(kind);
  for (auto _ : state) {
    state.PauseTiming();
    if (cold) make_cold(path);
    state.ResumeTiming();
    if (!read(path)) return state.SkipWithError("the file was not read");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(fs::file_size(path)));
}

void verify_cache(benchmark::State& state, const Kind& kind, bool cold) {
  time_reading(state, kind, cold, [](const fs::path& path) { return verify(path, {.threads = 2}).sound(); });
}

void read_by_cat(benchmark::State& state, const Kind& kind, bool cold) {
  time_reading(state, kind, cold, [](const fs::path& path) {
    return std::system(fmt::format("cat '{}' > /dev/null", path.c_str()).c_str()) == 0;
  });
}

// First `cat`, whose reading the file in is not timed.
#define TAGLOOM_COMPARED(name, kind)                                                                     \
  BENCHMARK_CAPTURE(read_by_cat, name, kind, false)->Unit(benchmark::kMillisecond)->UseRealTime();       \
  BENCHMARK_CAPTURE(verify_cache, name, kind, false)->Unit(benchmark::kMillisecond)->UseRealTime();      \
  BENCHMARK_CAPTURE(read_by_cat, name##_cold, kind, true)->Unit(benchmark::kMillisecond)->UseRealTime(); \
  BENCHMARK_CAPTURE(verify_cache, name##_cold, kind, true)->Unit(benchmark::kMillisecond)->UseRealTime()
TAGLOOM_COMPARED(plain, kPlain);
TAGLOOM_COMPARED(packed, kPacked);
TAGLOOM_COMPARED(packed_int8, kPackedInt8);

}  // namespace
}  // namespace tagloom::bench
