#include "training/inputs.hpp"

#include "evaluation/cached_images.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/hash.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/datasets/read.hpp>
#include <tagloom/datasets/split.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace tagloom::training {
namespace {

void check_view(const featurecache::CacheReader& base, const featurecache::CacheReader& view) {
  featurecache::CacheInfo mirrored = base.info();
  mirrored.flipped = true;
  // Both come out in the type that the model computes in.
  mirrored.store = view.info().store;
  if (const std::string difference = featurecache::difference(view.info(), mirrored); !difference.empty())
    throw DataError(
        fmt::format("{} is no other view of what {} holds: {}; build it with the same encoder and "
                    "options, and --flip.",
                    shown(view.path()), shown(base.path()), difference));
}

/// A view must be of the very images that are trained on.
void check_same_images(const featurecache::CacheReader& base, const featurecache::CacheReader& view,
                       std::span<const std::int64_t> base_rows, std::span<const std::int64_t> view_rows) {
  for (std::size_t i = 0; i < base_rows.size(); ++i) {
    const auto row = static_cast<std::size_t>(base_rows[i]);
    if (base.hashes()[row] != view.hashes()[static_cast<std::size_t>(view_rows[i])])
      throw DataError(
          fmt::format("{} was made of another image {} than {}; build it again of the same images.",
                      shown(view.path()), shown(base.names()[row]), shown(base.path())));
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

std::string why_nothing_to_select_on(const TrainConfig& config, const Inputs& inputs) {
  const datasets::Dataset& data = inputs.data;
  const bool on_test = config.select_on == evaluation::SelectOn::test;
  if (!(on_test ? data.test : data.validation).empty())
    return "the cache has no features of any of its images";
  if (on_test) return "the data set has none";
  if (config.validation == 0) return "give --validation above 0";
  return fmt::format("--validation {} of {} images is none, give more", config.validation, data.train.size());
}

std::vector<featurecache::CacheReader> open_caches(const TrainConfig& config) {
  std::vector<featurecache::CacheReader> caches;
  caches.emplace_back(config.caches);
  if (caches.front().info().flipped)
    throw DataError(
        fmt::format("{} holds flipped images; give it as --view, and the cache of the images as they "
                    "are as --cache.",
                    shown(caches.front().path())));
  for (const auto& path : config.views) {
    caches.emplace_back(path);
    check_view(caches.front(), caches.back());
  }
  return caches;
}

/// The validation split is carved before, so that which images it has does not depend on what can be read.
void leave_out_missing(Inputs& inputs) {
  for (auto* split : {&inputs.data.train, &inputs.selection})
    inputs.left_out += evaluation::leave_out_missing(*split, inputs.caches);
  if (inputs.data.train.empty())
    throw DataError(fmt::format("{} has no features of any training image; build it of the images of {}.",
                                shown(inputs.cache().path()), shown(inputs.data.root)));
}

void find_rows(Inputs& inputs) {
  for (const auto& cache : inputs.caches) {
    inputs.train_rows.push_back(evaluation::rows_of(cache, inputs.data.train));
    check_same_images(inputs.cache(), cache, inputs.train_rows.front(), inputs.train_rows.back());
  }
  inputs.selection_rows = evaluation::rows_of(inputs.cache(), inputs.selection);
}

std::int64_t longest_set(const Inputs& inputs, std::int64_t limit) {
  const std::int64_t longest =
      std::max(datasets::max_labels(inputs.data.train), datasets::max_labels(inputs.selection));
  return limit > 0 ? std::min(longest, limit) : longest;
}

}  // namespace

Inputs read_inputs(const TrainConfig& config) {
  const auto draw = config.stratify ? datasets::Draw::stratified : datasets::Draw::random;
  Inputs inputs{.data = datasets::carve_validation(datasets::read(config.data, config.reading),
                                                   config.validation, config.seed, draw)};
  const datasets::Dataset& data = inputs.data;
  if (data.train.empty())
    throw DataError(fmt::format("{} has no training images; give a data set that has.", shown(config.data)));
  inputs.caches = open_caches(config);
  inputs.selection = config.select_on == evaluation::SelectOn::test ? data.test : data.validation;
  if (config.skip_unreadable) leave_out_missing(inputs);
  if (inputs.selection.empty())
    throw UsageError(fmt::format("Training needs a {} split to choose the best epoch by; {}.",
                                 options::word_for(config.select_on),
                                 why_nothing_to_select_on(config, inputs)));
  find_rows(inputs);
  inputs.statistics = datasets::label_statistics(data.vocabulary, data.train);
  inputs.labels_fingerprint = fingerprint_of(data.train, inputs.selection);
  inputs.max_steps = longest_set(inputs, config.max_labels) + 1;
  return inputs;
}

}  // namespace tagloom::training
