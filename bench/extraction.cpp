/// `tagloom cache build` as a whole, images in and a cache out, beside its encoder alone with the same images
/// in memory. Images are those below TAGLOOM_BENCH_IMAGES, or else generated ones of 640 x 480 pixels;
/// TAGLOOM_BENCH_DECODE=scaled decodes JPEGs at a reduced scale, TAGLOOM_BENCH_PRECISION is the encoders'
/// type, and TAGLOOM_BENCH_ONNX the file of the encoder onnx.

#include "features/build_cache.hpp"
#include "measured.hpp"
#include "registry/kinds/encoder.hpp"
#include "setup.hpp"

#include <tagloom/datasets/demo.hpp>

#include <ATen/ATen.h>

#include <benchmark/benchmark.h>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace tagloom::bench {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kBatch = 16;
constexpr std::int64_t kSize = 448;

std::string variable_or(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

registry::Assignments options(const std::string& variant) {
  registry::Assignments options{{"image_size", std::to_string(kSize)},
                                {"precision", variable_or("TAGLOOM_BENCH_PRECISION", "auto")}};
  if (variant.empty())
    options.insert({{"module", variable_or("TAGLOOM_BENCH_ONNX", "")}, {"mean", "0,0,0"}, {"std", "1,1,1"}});
  else
    options.insert({{"variant", variant}, {"random", "true"}});
  return options;
}

/// A folder of the process's own.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / own_name()) { fs::create_directories(path_); }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  static std::string own_name() {
    return "tagloom-bench-" + std::to_string(Clock::now().time_since_epoch().count());
  }
  fs::path path_;
};

fs::path images_in(const Folder& folder) {
  const std::string given = variable_or("TAGLOOM_BENCH_IMAGES", "");
  if (!given.empty()) return given;
  datasets::write_demo(folder.path() / "demo", {.images = 96, .width = 640, .height = 480});
  return folder.path() / "demo" / "images";
}

/// Images a second of a build, from its first step to its last: what loading the encoder takes says nothing
/// of long builds.
double rate(const features::BuildConfig& config) {
  Clock::time_point first;
  Clock::time_point last;
  std::int64_t before = 0;
  std::int64_t all = 0;
  const features::BuildListener listener{.step = [&](std::int64_t images) {
    last = Clock::now();
    if (all == 0) {
      first = last;
      before = images;
    }
    all += images;
  }};
  (void)features::build_cache(config, registry(), listener);
  const double seconds = std::chrono::duration<double>(last - first).count();
  return seconds > 0 ? static_cast<double>(all - before) / seconds : 0;
}

void from_files(benchmark::State& state, const std::string& encoder, const std::string& variant) {
  const Folder folder;
  const bool scaled = variable_or("TAGLOOM_BENCH_DECODE", "full") == "scaled";
  features::BuildConfig config{
      .images = {images_in(folder)},
      .output = folder.path() / "features.h5",
      .encoder = encoder,
      .encoder_options = options(variant),
      .map = true,
      .decode = scaled ? featurecache::DecodeRule::scaled : featurecache::DecodeRule::full,
      .batch = kBatch,
      .device = device().str()};
  double rates = 0;
  for (auto _ : state) {
    rates += rate(config);
    fs::remove(config.output);
  }
  state.counters["images_per_second"] = rates / static_cast<double>(state.iterations());
}

void in_memory(benchmark::State& state, const std::string& encoder, const std::string& variant) {
  const auto network = registry().create<Encoder>(encoder, options(variant)).component;
  network->to(device());
  const at::Tensor images = at::rand({kBatch, 3, kSize, kSize}, device());
  const FeatureNeeds needs{.pooled = true, .map = true};
  // Memory that was never touched makes the first call several times slower.
  (void)network->encode(images, needs);
  wait_for_device();
  std::int64_t encoded = 0;
  const auto start = Clock::now();
  for (auto _ : state) {
    benchmark::DoNotOptimize(network->encode(images, needs));
    encoded += kBatch;
  }
  wait_for_device();
  state.counters["images_per_second"] =
      static_cast<double>(encoded) / std::chrono::duration<double>(Clock::now() - start).count();
}

#define TAGLOOM_EXTRACTION(name, encoder, variant)                     \
  BENCHMARK_CAPTURE(in_memory, name, encoder, variant)->UseRealTime(); \
  BENCHMARK_CAPTURE(from_files, name, encoder, variant)->UseRealTime()->Iterations(1)

TAGLOOM_EXTRACTION(efficientnet_lite2, "efficientnet_lite", "lite2");
TAGLOOM_EXTRACTION(tresnet_m, "tresnet", "tresnet_m");
TAGLOOM_EXTRACTION(onnx, "onnx", "");

}  // namespace
}  // namespace tagloom::bench
