#include "results/differences.hpp"

#include "results/same_images.hpp"
#include "statistics/average_precision_bootstrap.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <span>
#include <utility>

namespace tagloom::results {
namespace {

using Chosen = std::vector<const Result*>;

/// Those of the split that can be compared.
Chosen comparable(const std::vector<Result>& results, const std::string& split) {
  Chosen all;
  for (const Result& result : results)
    if (result.split == split && !result.is_baseline()) all.push_back(&result);
  if (all.size() < 2)
    throw DataError(
        fmt::format("there {} of the split {} to compare; give two or more (baselines do not count).",
                    all.empty() ? "is no result" : "is only one result", split));
  return all;
}

std::string names_of(const Chosen& results) {
  std::string names;
  for (const Result* result : results)
    names += (names.empty() ? "" : "; ") + shown(result->name);
  return names;
}

/// Where the result is that others are held against.
std::size_t place_of(const std::string& wanted, const Chosen& results) {
  if (wanted.empty()) return 0;
  const auto is_it = [&](const Result* result) { return is_called(*result, wanted); };
  const auto found = std::ranges::find_if(results, is_it);
  if (found == results.end() || std::ranges::count_if(results, is_it) > 1)
    throw UsageError(fmt::format("--against {} is {} of the results; they are called: {}.", shown(wanted),
                                 found == results.end() ? "none" : "more than one", names_of(results)));
  return static_cast<std::size_t>(found - results.begin());
}

/// Every label that some image has; the largest difference first.
std::vector<LabelDifference> by_label(const Result& reference,
                                      const std::vector<statistics::Difference>& differences) {
  std::vector<std::int64_t> images(differences.size());
  for (const auto& labels : reference.truth)
    for (const std::int64_t label : labels)
      ++images[static_cast<std::size_t>(label)];
  std::vector<LabelDifference> all;
  for (std::size_t label = 0; label < differences.size(); ++label)
    if (images[label] > 0)
      all.push_back({static_cast<std::int64_t>(label), images[label], differences[label]});
  std::ranges::stable_sort(all, std::greater<>(),
                           [](const LabelDifference& label) { return std::abs(label.f1.difference); });
  return all;
}

Against against(const Result& reference, const Result& other, std::int64_t labels,
                const statistics::BootstrapOptions& options) {
  statistics::Comparison drawn = statistics::paired_bootstrap(
      {reference.truth, std::span(&reference.predictions, 1), std::span(&other.predictions, 1), labels},
      options);
  Against found{.name = other.name, .figures = std::move(drawn.figures)};
  if (!reference.scores.empty() && !other.scores.empty())
    found.figures.push_back({"map", statistics::average_precision_bootstrap(
                                        {reference.truth, reference.scores, other.scores, labels}, options)});
  found.labels = by_label(reference, drawn.labels);
  return found;
}

}  // namespace

bool is_called(const Result& result, const std::string& wanted) {
  return result.name == wanted || result.model == wanted;
}

Differences differences(const std::vector<Result>& results, const Vocabulary& vocabulary,
                        const CompareOptions& options) {
  const Chosen chosen = comparable(results, options.split);
  const std::size_t place = place_of(options.against, chosen);
  const Result& reference = *chosen[place];
  for (const Result* result : chosen)
    require_same_images(reference, *result);
  Differences all{.vocabulary = vocabulary,
                  .reference = reference.name,
                  .split = options.split,
                  .images = static_cast<std::int64_t>(reference.images.size()),
                  .draws = options.draws,
                  .confidence = options.confidence};
  for (std::size_t i = 0; i < chosen.size(); ++i)
    if (i != place)
      all.others.push_back(against(reference, *chosen[i], all.vocabulary.size(),
                                   {.draws = options.draws,
                                    .confidence = options.confidence,
                                    .seed = options.seed,
                                    .each_label = true}));
  return all;
}

Differences differences(const std::vector<ResultFile>& files, const CompareOptions& options) {
  const Vocabulary& vocabulary = files.front().vocabulary;
  std::vector<Result> all;
  for (const ResultFile& file : files)
    for (Result& result : renumbered(file, vocabulary))
      all.push_back(std::move(result));
  name_all(all);
  return differences(all, vocabulary, options);
}

}  // namespace tagloom::results
