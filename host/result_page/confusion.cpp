#include "result_page/confusion.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <utility>

namespace tagloom::result_page {
namespace {

using Labels = std::vector<std::int64_t>;
using Pairs = std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t>;

/// The labels of `all` that are not among `others`.
Labels without(const Labels& all, const Labels& others) {
  Labels left;
  std::ranges::copy_if(all, std::back_inserter(left),
                       [&](std::int64_t label) { return std::ranges::find(others, label) == others.end(); });
  return left;
}

void add_company(const Labels& labels, std::int64_t weight, Pairs& pairs) {
  for (const std::int64_t a : labels)
    for (const std::int64_t b : labels)
      if (a != b) pairs[{a, b}] += weight;
}

/// The labels with the largest counts, of either sign, in rows and columns together.
Labels weightiest(const Pairs& pairs, std::size_t most) {
  std::map<std::int64_t, std::int64_t> weights;
  for (const auto& [pair, count] : pairs) {
    weights[pair.first] += std::abs(count);
    weights[pair.second] += std::abs(count);
  }
  Labels labels;
  for (const auto& [label, weight] : weights)
    if (weight > 0) labels.push_back(label);
  std::ranges::stable_sort(labels, [&](std::int64_t a, std::int64_t b) { return weights[a] > weights[b]; });
  labels.resize(std::min(labels.size(), most));
  return labels;
}

LabelMatrix matrix_of(const Pairs& pairs, std::size_t most) {
  LabelMatrix matrix{.labels = weightiest(pairs, most)};
  for (const std::int64_t row : matrix.labels) {
    std::vector<std::int64_t>& counts = matrix.counts.emplace_back();
    for (const std::int64_t column : matrix.labels) {
      const auto found = pairs.find({row, column});
      counts.push_back(found == pairs.end() ? 0 : found->second);
    }
  }
  return matrix;
}

}  // namespace

LabelMatrix confusion(const results::Result& result, std::size_t most) {
  Pairs pairs;
  for (std::size_t i = 0; i < result.truth.size(); ++i)
    for (const std::int64_t missed : without(result.truth[i], result.predictions[i]))
      for (const std::int64_t wrong : without(result.predictions[i], result.truth[i]))
        ++pairs[{missed, wrong}];
  return matrix_of(pairs, most);
}

LabelMatrix company(const results::Result& result, std::size_t most) {
  Pairs pairs;
  for (std::size_t i = 0; i < result.truth.size(); ++i) {
    add_company(result.predictions[i], 1, pairs);
    add_company(result.truth[i], -1, pairs);
  }
  return matrix_of(pairs, most);
}

}  // namespace tagloom::result_page
