#include "training_world.hpp"

#include "checkpoint/checkpoint.hpp"
#include "places.hpp"
#include "support/formula.hpp"

#include <tagloom/datasets/demo.hpp>
#include <tagloom/datasets/read.hpp>
#include <tagloom/featurecache/writer.hpp>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <sstream>

namespace tagloom::training {
namespace {

constexpr std::int64_t kChannels = 48;

at::Tensor features_of(const datasets::Sample& sample, bool flipped) {
  at::Tensor map =
      tagloom::testing::formula_tensor(sample.image_name + (flipped ? "f" : ""), {1, 3, kChannels}) * 0.1;
  for (const std::int64_t label : sample.labels)
    map += tagloom::testing::formula_tensor("label " + std::to_string(label), {1, 1, kChannels});
  return map;
}

}  // namespace

World::World() {
  datasets::write_demo(data(), {.images = 240, .width = 64, .height = 64});
  write_world_cache(data(), cache(), {});
  write_world_cache(data(), flipped(), {.flipped = true});
}

const World& world() {
  static const World made;
  return made;
}

void write_world_cache(const std::filesystem::path& data, const std::filesystem::path& cache,
                       const CacheContent& content) {
  const datasets::Dataset dataset = datasets::read(data);
  featurecache::CacheWriter writer(cache,
                                   {.encoder = "sums",
                                    .flipped = content.flipped,
                                    .feature_shape = {.channels = kChannels, .map_height = 1, .map_width = 3},
                                    .has = {.pooled = true, .map = true}});
  for (const auto* split : {&dataset.train, &dataset.test}) {
    for (const datasets::Sample& sample : *split) {
      const CachedImage image = content.image(sample.image_name);
      if (!image.is_there) continue;
      const at::Tensor map = features_of(sample, content.flipped);
      const featurecache::ImageKey key{.name = image.prefix + sample.image_name, .hash = image.hash};
      writer.append({&key, 1}, {.pooled = map.mean(1), .map = map});
    }
  }
  (void)writer.finish();
}

TrainConfig small(const std::filesystem::path& output, const models::ModelSpec& model) {
  return {.data = world().data(),
          .caches = {world().cache()},
          .output = output,
          .model = model,
          .concept_epochs = 2,
          .epochs = 3,
          .batch = 8,
          .learning_rate = 1e-2,
          .precision = runtime::Precision::float32,
          .validation = 0.2,
          .device = "cpu"};
}

const registry::Registry& registry() {
  static const registry::Registry built({TAGLOOM_TEST_PLUGINS});
  return built;
}

std::string content(const std::filesystem::path& path) {
  auto record = checkpoint::read_checkpoint(path).record;
  record.erase("train_seconds");
  std::string text;
  for (const auto& [name, value] : record)
    text += name + "=" + value + "\n";
  return text + fingerprint(read_weights(path));
}

std::string log_without_seconds(const std::filesystem::path& checkpoint) {
  constexpr int kSeconds = 4;
  std::istringstream log(tagloom::testing::read_text(checkpoint.string() + ".log.csv"));
  std::string text;
  for (std::string line; std::getline(log, line); text += '\n') {
    std::istringstream fields(line);
    int column = 0;
    for (std::string field; std::getline(fields, field, ','); ++column)
      if (column != kSeconds) text += field + ",";
  }
  return text;
}

OneThread::OneThread() : before_(at::get_num_threads()) {
  at::set_num_threads(1);
}
OneThread::~OneThread() {
  at::set_num_threads(before_);
}

}  // namespace tagloom::training
