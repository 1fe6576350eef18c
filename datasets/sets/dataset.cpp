#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/datasets/dataset.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <system_error>

namespace tagloom::datasets {

LabelStatistics label_statistics(const Vocabulary& vocabulary, std::span<const Sample> samples) {
  LabelStatistics statistics{vocabulary,
                             std::vector<std::int64_t>(static_cast<std::size_t>(vocabulary.size()))};
  for (const auto& sample : samples) {
    for (const auto label : sample.labels) {
      if (label < 0 || label >= vocabulary.size()) {
        throw DataError(fmt::format("image \"{}\" has the label index {}, but the label list holds {} labels",
                                    shown(sample.image_name), label, vocabulary.size()));
      }
      ++statistics.counts[static_cast<std::size_t>(label)];
    }
  }
  return statistics;
}

std::int64_t max_labels(std::span<const Sample> samples) {
  std::size_t most = 0;
  for (const auto& sample : samples)
    most = std::max(most, sample.labels.size());
  return static_cast<std::int64_t>(most);
}

SplitSummary summarize(const Vocabulary& vocabulary, std::span<const Sample> samples) {
  SplitSummary summary;
  summary.images = static_cast<std::int64_t>(samples.size());
  summary.most_labels = max_labels(samples);
  std::size_t labels = 0;
  for (const auto& sample : samples) {
    labels += sample.labels.size();
    if (sample.labels.empty()) ++summary.images_without_label;
  }
  if (!samples.empty())
    summary.mean_labels = static_cast<double>(labels) / static_cast<double>(samples.size());
  summary.labels_without_image = std::ranges::count(label_statistics(vocabulary, samples).counts, 0);
  return summary;
}

LabelsOfOneSplit labels_of_one_split(const Dataset& dataset) {
  const auto& vocabulary = dataset.vocabulary;
  const std::array counts = {label_statistics(vocabulary, dataset.train).counts,
                             label_statistics(vocabulary, dataset.validation).counts,
                             label_statistics(vocabulary, dataset.test).counts};
  LabelsOfOneSplit found;
  const std::array lists = {&found.train, &found.validation, &found.test};
  for (std::size_t label = 0; label < counts[0].size(); ++label) {
    const auto has = [&](const auto& of_split) { return of_split[label] > 0; };
    if (std::ranges::count_if(counts, has) != 1) continue;
    const auto split = std::ranges::find_if(counts, has) - counts.begin();
    lists[static_cast<std::size_t>(split)]->push_back(vocabulary.labels()[label]);
  }
  return found;
}

Dataset numbered_as(Dataset dataset, const Vocabulary& vocabulary) {
  const std::vector<std::string>& labels = dataset.vocabulary.labels();
  const auto is_there = [&](const std::string& label) { return vocabulary.contains(label); };
  if (dataset.vocabulary.size() != vocabulary.size() || !std::ranges::all_of(labels, is_there))
    return dataset;
  std::vector<std::int64_t> number;
  for (const std::string& label : labels)
    number.push_back(vocabulary.index_of(label));
  for (auto* const split : {&dataset.train, &dataset.validation, &dataset.test})
    for (Sample& sample : *split)
      for (std::int64_t& label : sample.labels)
        label = number[static_cast<std::size_t>(label)];
  dataset.vocabulary = vocabulary;
  return dataset;
}

void check_images(const Dataset& dataset) {
  constexpr std::size_t kNamed = 3;
  std::size_t missing = 0;
  std::size_t total = 0;
  std::string names;
  for (const auto* split : {&dataset.train, &dataset.validation, &dataset.test}) {
    total += split->size();
    for (const auto& sample : *split) {
      // The error code form: a folder without permission is a missing file to the user, not a crash.
      std::error_code ignored;
      if (std::filesystem::is_regular_file(sample.image_path, ignored)) continue;
      if (missing < kNamed) names += (missing == 0 ? "" : ", ") + shown(sample.image_path);
      ++missing;
    }
  }
  if (missing == 0) return;
  throw DataError(
      fmt::format("{} of {} image files are missing: {}{}; put them there or correct the label files",
                  missing, total, names, missing > kNamed ? ", ..." : ""));
}

}  // namespace tagloom::datasets
