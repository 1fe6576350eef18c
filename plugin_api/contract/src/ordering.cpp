#include <tagloom/ordering.hpp>

#include <algorithm>

namespace tagloom {

std::vector<std::int64_t> sorted_by_count(std::span<const std::int64_t> labels,
                                          const LabelStatistics& statistics, CountOrder order, Ties ties) {
  std::vector<std::int64_t> sequence(labels.begin(), labels.end());
  const auto rank = [&](std::int64_t label) {
    const std::int64_t count = statistics.counts.at(static_cast<std::size_t>(label));
    return order == CountOrder::fewest_first ? count : -count;
  };
  std::ranges::stable_sort(sequence, [&](std::int64_t a, std::int64_t b) {
    if (rank(a) != rank(b)) return rank(a) < rank(b);
    return ties == Ties::by_index && a < b;
  });
  return sequence;
}

}  // namespace tagloom
