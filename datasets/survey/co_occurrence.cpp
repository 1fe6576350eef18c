#include <tagloom/datasets/survey/co_occurrence.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace tagloom::datasets {
namespace {

/// Labels that are drawn side by side.
using Group = std::vector<std::size_t>;

double likeness(const CoOccurrence& matrix, const Group& one, const Group& other) {
  double sum = 0;
  for (const std::size_t row : one)
    for (const std::size_t column : other)
      sum += normalised_pmi(matrix.together(row, column));
  return sum / static_cast<double>(one.size() * other.size());
}

/// One behind the other, each turned so that their ends that meet are the most alike.
Group joined(const CoOccurrence& matrix, Group one, Group other) {
  const auto meet = [&](std::size_t end, std::size_t beginning) {
    return normalised_pmi(matrix.together(end, beginning));
  };
  const double as_they_are = meet(one.back(), other.front());
  const double first_turned = meet(one.front(), other.front());
  const double second_turned = meet(one.back(), other.back());
  const double both_turned = meet(one.front(), other.back());
  const double best = std::max({as_they_are, first_turned, second_turned, both_turned});
  if (best == both_turned || best == first_turned) std::ranges::reverse(one);
  if (best == both_turned || (best == second_turned && best != first_turned)) std::ranges::reverse(other);
  one.insert(one.end(), other.begin(), other.end());
  return one;
}

/// The two groups that are most alike, of at least two.
std::pair<std::size_t, std::size_t> most_alike(const CoOccurrence& matrix, const std::vector<Group>& groups) {
  std::pair<std::size_t, std::size_t> best{0, 1};
  double most = -2;
  for (std::size_t i = 0; i < groups.size(); ++i)
    for (std::size_t j = i + 1; j < groups.size(); ++j)
      if (const double alike = likeness(matrix, groups[i], groups[j]); alike > most) {
        most = alike;
        best = {i, j};
      }
  return best;
}

Group company_order(const CoOccurrence& matrix) {
  std::vector<Group> groups;
  for (std::size_t i = 0; i < matrix.labels.size(); ++i)
    groups.push_back({i});
  while (groups.size() > 1) {
    const auto [one, other] = most_alike(matrix, groups);
    groups[one] = joined(matrix, std::move(groups[one]), std::move(groups[other]));
    groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(other));
  }
  return groups.empty() ? Group() : groups.front();
}

}  // namespace

double lift(const Together& images) {
  if (images.first == 0 || images.second == 0) return 0;
  return static_cast<double>(images.both) * static_cast<double>(images.all) /
         (static_cast<double>(images.first) * static_cast<double>(images.second));
}

double normalised_pmi(const Together& images) {
  if (images.both == 0) return -1;
  // Labels that every image has say nothing of one another.
  if (images.both == images.all) return 0;
  return std::log(lift(images)) /
         -std::log(static_cast<double>(images.both) / static_cast<double>(images.all));
}

std::vector<LabelPair> pairs_of(std::span<const Sample> samples, std::int64_t fewest) {
  std::unordered_map<std::int64_t, std::int64_t> counts;
  std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> both;
  for (const Sample& sample : samples) {
    std::vector<std::int64_t> labels = sample.labels;
    std::ranges::sort(labels);
    for (std::size_t i = 0; i < labels.size(); ++i) {
      ++counts[labels[i]];
      for (std::size_t j = i + 1; j < labels.size(); ++j)
        ++both[{labels[i], labels[j]}];
    }
  }
  std::vector<LabelPair> pairs;
  for (const auto& [labels, images] : both) {
    if (images < fewest) continue;
    const Together together = {images, counts[labels.first], counts[labels.second],
                               static_cast<std::int64_t>(samples.size())};
    pairs.push_back({labels.first, labels.second, images, lift(together), normalised_pmi(together)});
  }
  std::ranges::stable_sort(pairs, [](const LabelPair& one, const LabelPair& other) {
    return std::tie(other.npmi, other.images) < std::tie(one.npmi, one.images);
  });
  return pairs;
}

CoOccurrence co_occurrence(std::span<const Sample> samples, std::span<const std::int64_t> labels) {
  CoOccurrence matrix{.labels = {labels.begin(), labels.end()},
                      .images = std::vector<std::int64_t>(labels.size() * labels.size()),
                      .all = static_cast<std::int64_t>(samples.size())};
  std::unordered_map<std::int64_t, std::size_t> places;
  for (std::size_t i = 0; i < labels.size(); ++i)
    places[labels[i]] = i;
  for (const Sample& sample : samples) {
    std::vector<std::size_t> here;
    for (const std::int64_t label : sample.labels)
      if (const auto place = places.find(label); place != places.end()) here.push_back(place->second);
    for (const std::size_t row : here)
      for (const std::size_t column : here)
        ++matrix.images[row * labels.size() + column];
  }
  return matrix;
}

CoOccurrence in_company(const CoOccurrence& matrix) {
  const Group order = company_order(matrix);
  CoOccurrence ordered{.all = matrix.all};
  for (const std::size_t row : order) {
    ordered.labels.push_back(matrix.labels[row]);
    for (const std::size_t column : order)
      ordered.images.push_back(matrix.both(row, column));
  }
  return ordered;
}

}  // namespace tagloom::datasets
