#include "setup.hpp"

#include "runtime/device.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <numeric>
#include <random>

namespace tagloom::bench {

const registry::Registry& registry() {
  static const registry::Registry found(registry::search_path({}));
  return found;
}

training::TrainConfig config(const std::string& decoder, const std::string& loss) {
  training::TrainConfig config;
  config.model.decoder = decoder;
  if (decoder == "sr_cnn_rnn") config.model.classifier = "linear";
  config.loss = loss;
  return config;
}

Vocabulary vocabulary() {
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < kLabels; ++i)
    names.push_back("label" + std::to_string(i));
  return Vocabulary(std::move(names));
}

at::Device device() {
  const char* name = std::getenv("TAGLOOM_BENCH_DEVICE");
  return runtime::device_named(name == nullptr ? "cpu" : name);
}

Features features(std::int64_t batch, at::ScalarType type) {
  at::Tensor map = at::rand({batch, kShape.pixels(), kChannels});
  return Features{.pooled = map.mean(1), .map = std::move(map)}.to(device(), type);
}

LabelBatch labels(std::int64_t batch) {
  std::mt19937 random(1);
  std::vector<std::vector<std::int64_t>> sequences;
  for (std::int64_t i = 0; i < batch; ++i) {
    std::vector<std::int64_t> all(kLabels);
    std::iota(all.begin(), all.end(), 0);
    std::ranges::shuffle(all, random);
    all.resize(1 + random() % kMaxLabels);
    sequences.push_back(std::move(all));
  }
  std::ranges::sort(sequences, std::ranges::greater(), &std::vector<std::int64_t>::size);
  return make_label_batch(sequences, vocabulary(), kMaxLabels + 2);
}

}  // namespace tagloom::bench
