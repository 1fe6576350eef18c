#include "result_page/intervals.hpp"

#include "statistics/average_precision_bootstrap.hpp"

#include <span>

namespace tagloom::result_page {
namespace {

/// Around the figure itself: images with no label at all give figures to a side that says nothing, too.
Interval interval(const statistics::Difference& value) {
  return {.value = value.second,
          .low = value.second + (value.low - value.difference),
          .high = value.second + (value.high - value.difference)};
}

}  // namespace

Intervals intervals(const results::Result& result, std::int64_t label_count,
                    const statistics::BootstrapOptions& options) {
  // A result against one that says nothing differs from it by what it is worth.
  const statistics::LabelSets nothing(result.truth.size());
  statistics::BootstrapOptions each = options;
  each.each_label = true;
  const statistics::Comparison drawn = statistics::paired_bootstrap(
      {result.truth, std::span(&nothing, 1), std::span(&result.predictions, 1), label_count}, each);
  Intervals found;
  for (const auto& [name, value] : drawn.figures)
    found.figures.push_back({std::string(name), interval(value)});
  if (!result.scores.empty()) {
    const statistics::LabelScores none;
    found.figures.push_back({"map", interval(statistics::average_precision_bootstrap(
                                        {result.truth, none, result.scores, label_count}, options))});
  }
  for (const statistics::Difference& label : drawn.labels)
    found.labels.push_back(interval(label));
  return found;
}

}  // namespace tagloom::result_page
