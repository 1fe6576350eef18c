#include "training/inputs.hpp"

#include "evaluation/predict.hpp"

#include <tagloom/datasets/corel5k.hpp>
#include <tagloom/datasets/split.hpp>
#include <tagloom/error.hpp>
#include <tagloom/hash.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace tagloom::training {
namespace {

void check_view(const featurecache::CacheReader& base, const featurecache::CacheReader& view) {
  featurecache::CacheInfo mirrored = base.info();
  mirrored.flipped = true;
  if (const std::string difference = featurecache::difference(view.info(), mirrored); !difference.empty())
    throw DataError(
        fmt::format("{} is no other view of what {} holds: {}; build it with the same encoder and "
                    "options, and --flip.",
                    view.path().string(), base.path().string(), difference));
}

/// A view must be of the very images that are trained on.
void check_same_images(const featurecache::CacheReader& base, const featurecache::CacheReader& view,
                       std::span<const std::int64_t> base_rows, std::span<const std::int64_t> view_rows) {
  for (std::size_t i = 0; i < base_rows.size(); ++i) {
    const auto row = static_cast<std::size_t>(base_rows[i]);
    if (base.hashes()[row] != view.hashes()[static_cast<std::size_t>(view_rows[i])])
      throw DataError(
          fmt::format("{} was made of another image {} than {}; build it again of the same images.",
                      view.path().string(), base.names()[row], base.path().string()));
  }
}

std::string fingerprint_of(const std::vector<datasets::Sample>& train,
                           const std::vector<datasets::Sample>& selection) {
  Hasher hasher;
  for (const auto* split : {&train, &selection}) {
    hasher.update(std::to_string(split->size()));
    for (const datasets::Sample& sample : *split)
      hasher.update(sample.image_name).update(std::as_bytes(std::span(sample.labels)));
  }
  return hasher.hex();
}

std::string why_nothing_to_select_on(const TrainConfig& config, const datasets::Dataset& data) {
  if (config.select_on == "test") return "the data set has none";
  if (config.validation == 0) return "give --validation above 0";
  return fmt::format("--validation {} of {} images is none, give more", config.validation, data.train.size());
}

}  // namespace

Inputs read_inputs(const TrainConfig& config) {
  Inputs inputs{.data = datasets::carve_validation(datasets::read_corel5k(config.data), config.validation,
                                                   config.seed)};
  datasets::Dataset& data = inputs.data;
  inputs.statistics = datasets::label_statistics(data.vocabulary, data.train);
  inputs.caches.emplace_back(config.cache);
  if (inputs.cache().info().flipped)
    throw DataError(
        fmt::format("{} holds flipped images; give it as --view, and the cache of the images as they "
                    "are as --cache.",
                    config.cache.string()));
  for (const auto& path : config.views) {
    inputs.caches.emplace_back(path);
    check_view(inputs.cache(), inputs.caches.back());
  }
  for (const auto& cache : inputs.caches) {
    inputs.train_rows.push_back(evaluation::rows_of(cache, data.train));
    check_same_images(inputs.cache(), cache, inputs.train_rows.front(), inputs.train_rows.back());
  }
  inputs.selection = config.select_on == "test" ? data.test : data.validation;
  if (inputs.selection.empty())
    throw UsageError(fmt::format("Training needs a {} split to choose the best epoch by; {}.",
                                 config.select_on, why_nothing_to_select_on(config, data)));
  inputs.selection_rows = evaluation::rows_of(inputs.cache(), inputs.selection);
  inputs.labels_fingerprint = fingerprint_of(data.train, inputs.selection);
  inputs.max_steps = std::max(datasets::max_labels(data.train), datasets::max_labels(inputs.selection)) + 1;
  return inputs;
}

}  // namespace tagloom::training
