#include <tagloom/datasets/survey/labels.hpp>

#include <algorithm>
#include <functional>
#include <iterator>
#include <numeric>
#include <utility>

namespace tagloom::datasets {
namespace {

/// That of numbers in descending or ascending order; 0 if there is none.
double median_of_sorted(std::span<const std::int64_t> numbers) {
  if (numbers.empty()) return 0;
  const auto low = static_cast<double>(numbers[(numbers.size() - 1) / 2]);
  return (low + static_cast<double>(numbers[numbers.size() / 2])) / 2;
}

std::vector<std::int64_t> never_alone(const SplitLabels& split, std::span<const Sample> samples,
                                      const Frequencies& frequencies) {
  std::vector<bool> alone(split.counts.size());
  for (const Sample& sample : samples)
    if (sample.labels.size() == 1) alone[static_cast<std::size_t>(sample.labels.front())] = true;
  std::vector<std::int64_t> labels = frequencies.ranked;
  std::erase_if(labels, [&](std::int64_t label) { return alone[static_cast<std::size_t>(label)]; });
  return labels;
}

std::vector<std::int64_t> only_in(const SplitLabels& split, const SplitLabels& other) {
  std::vector<std::int64_t> labels = frequencies(split.counts).ranked;
  std::erase_if(labels,
                [&](std::int64_t label) { return other.counts[static_cast<std::size_t>(label)] > 0; });
  return labels;
}

std::span<const std::int64_t> first(std::span<const std::int64_t> labels, std::size_t most) {
  return labels.first(std::min(labels.size(), most));
}

}  // namespace

SplitLabels split_labels(std::string name, const Vocabulary& vocabulary, std::span<const Sample> samples) {
  SplitLabels split{.name = std::move(name),
                    .summary = summarize(vocabulary, samples),
                    .counts = label_statistics(vocabulary, samples).counts};
  std::vector<std::int64_t> labels;
  split.images_with.resize(static_cast<std::size_t>(split.summary.most_labels) + 1);
  for (const Sample& sample : samples) {
    labels.push_back(static_cast<std::int64_t>(sample.labels.size()));
    ++split.images_with[sample.labels.size()];
  }
  std::ranges::sort(labels);
  if (!labels.empty()) split.fewest_labels = labels.front();
  split.median_labels = median_of_sorted(labels);
  return split;
}

Frequencies frequencies(std::span<const std::int64_t> counts) {
  const auto count_of = [&](std::int64_t label) { return counts[static_cast<std::size_t>(label)]; };
  Frequencies found;
  found.ranked.resize(counts.size());
  std::iota(found.ranked.begin(), found.ranked.end(), std::int64_t{0});
  std::erase_if(found.ranked, [&](std::int64_t label) { return count_of(label) == 0; });
  std::ranges::stable_sort(found.ranked, std::ranges::greater(), count_of);
  found.absent = static_cast<std::int64_t>(counts.size() - found.ranked.size());
  if (found.ranked.empty()) return found;
  std::vector<std::int64_t> ordered;
  std::ranges::transform(found.ranked, std::back_inserter(ordered), count_of);
  found.median = median_of_sorted(ordered);
  found.imbalance = static_cast<double>(ordered.front()) / static_cast<double>(ordered.back());
  found.rare = std::ranges::count_if(ordered, [](std::int64_t count) { return count < kFewImages; });
  return found;
}

const SplitLabels& LabelSurvey::main() const {
  return *std::ranges::find(splits, about, &SplitLabels::name);
}

LabelSurvey survey_labels(const Dataset& data) {
  const std::pair<const char*, std::span<const Sample>> all[] = {
      {"train", data.train}, {"validation", data.validation}, {"test", data.test}};
  LabelSurvey survey;
  std::span<const Sample> samples;
  for (const auto& [name, of_split] : all) {
    if (of_split.empty()) continue;
    if (survey.splits.empty()) samples = of_split;
    survey.splits.push_back(split_labels(name, data.vocabulary, of_split));
  }
  if (survey.splits.empty()) survey.splits.push_back(split_labels("train", data.vocabulary, data.train));
  survey.about = survey.splits.front().name;
  survey.frequencies = frequencies(survey.main().counts);
  survey.pairs = pairs_of(samples, kFewImages);
  survey.matrix = in_company(co_occurrence(samples, first(survey.frequencies.ranked, kMostInMatrix)));
  survey.never_alone = never_alone(survey.main(), samples, survey.frequencies);
  if (!data.train.empty() && !data.test.empty()) {
    survey.only_in_train = only_in(survey.splits.front(), survey.splits.back());
    survey.only_in_test = only_in(survey.splits.back(), survey.splits.front());
  }
  return survey;
}

}  // namespace tagloom::datasets
