#include <tagloom/conformance/ordering.hpp>

#include <algorithm>

namespace tagloom::conformance {

Violations check_ordering(const Ordering& ordering) {
  const LabelStatistics statistics{.vocabulary = Vocabulary({"sky", "sea", "boat", "sun", "sand", "tree"}),
                                   .counts = {40, 12, 3, 12, 0, 7}};
  const std::vector<std::vector<std::int64_t>> sets = {{},     {4},       {1, 3},
                                                       {3, 1}, {5, 0, 2}, {0, 1, 2, 3, 4, 5}};
  Violations violations;
  for (const auto& labels : sets) {
    Random first(1);
    Random second(1);
    std::vector<std::int64_t> sequence = ordering.order(labels, statistics, first);
    if (!std::ranges::is_permutation(sequence, labels)) {
      violations.emplace_back("order: the sequence is not a permutation of the label set");
      break;
    }
    if (sequence != ordering.order(labels, statistics, second)) {
      violations.emplace_back("order: equal generators give different sequences");
      break;
    }
  }
  return violations;
}

}  // namespace tagloom::conformance
