#include "evaluation/carved_splits.hpp"

#include "evaluation/cached_images.hpp"

#include <tagloom/datasets/split.hpp>

#include <utility>

namespace tagloom::evaluation {
namespace {

std::vector<datasets::Sample>& samples_in(datasets::Dataset& data, const std::string& split) {
  if (split == "train") return data.train;
  return split == "validation" ? data.validation : data.test;
}

}  // namespace

const std::vector<datasets::Sample>& CarvedData::samples_of(const std::string& split) const {
  if (split == "train") return data.train;
  return split == "validation" ? data.validation : data.test;
}

CarvedSplits::CarvedSplits(datasets::Dataset data, const featurecache::CacheReader& cache, Settings settings)
    : data_(std::move(data)), cache_(cache), settings_(std::move(settings)) {}

const CarvedData& CarvedSplits::operator[](const checkpoint::Carving& carving) {
  const auto found = carved_.find(carving);
  return found != carved_.end() ? found->second : carved_.emplace(carving, carve(carving)).first->second;
}

CarvedData CarvedSplits::carve(const checkpoint::Carving& carving) {
  datasets::Dataset data = data_;
  if (data.test.empty())
    data = datasets::hold_out_test(std::move(data),
                                   {.fraction = carving.test_fraction, .seed = carving.test_seed});
  const auto draw = carving.stratified ? datasets::Draw::stratified : datasets::Draw::random;
  CarvedData carved{.data =
                        datasets::carve_validation(std::move(data), carving.fraction, carving.seed, draw)};
  carved.statistics = datasets::label_statistics(carved.data.vocabulary, carved.data.train);
  carved.train_images = static_cast<std::int64_t>(carved.data.train.size());
  // Other carvings share about as many.
  if (carved_.empty()) {
    for (const std::string& remark : datasets::remarks(carved.data))
      settings_.warn(remark);
    warn_of_shared_images(carved.data);
  }
  if (!settings_.skip_unreadable) return carved;
  for (const std::string& split : settings_.splits) {
    const std::int64_t left_out = leave_out_missing(samples_in(carved.data, split), {&cache_, 1});
    // A split may be asked for twice.
    carved.left_out[split] += left_out;
    if (left_out > 0 && warned_.insert(split).second)
      settings_.warn(left_out_note(left_out, split + " images"));
  }
  return carved;
}

void CarvedSplits::warn_of_shared_images(const datasets::Dataset& carved) const {
  std::vector<NamedSplit> scored;
  const NamedSplit others[] = {{"validation", carved.validation}, {"test", carved.test}};
  for (const NamedSplit& other : others) {
    for (const std::string& split : settings_.splits)
      if (split == other.name) scored.push_back(other);
  }
  const std::string warning = shared_images_warning(cache_, carved.train, scored);
  if (!warning.empty()) settings_.warn(warning);
}

}  // namespace tagloom::evaluation
