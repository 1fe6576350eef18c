#include "report.hpp"
#include "threads.hpp"

#include <tagloom/conformance/ordering.hpp>
#include <tagloom/conformance/promises/ordering.hpp>

#include <ATen/ATen.h>

#include <vector>

namespace tagloom::conformance {
namespace {

using Labels = std::vector<std::int64_t>;

const std::vector<Labels> kSets = {{}, {4}, {1, 3}, {3, 1}, {5, 0, 2}, {0, 1, 2, 3, 4, 5}};

LabelStatistics example_statistics() {
  return {.vocabulary = Vocabulary({"sky", "sea", "boat", "sun", "sand", "tree"}),
          .counts = {40, 12, 3, 12, 0, 7}};
}

/// All sets, with one generator from the same start.
std::vector<Labels> sequences(const Ordering& ordering) {
  const LabelStatistics statistics = example_statistics();
  Random random(1);
  std::vector<Labels> all;
  for (const Labels& labels : kSets)
    all.push_back(ordering.order(labels, statistics, random));
  return all;
}

at::Tensor as_tensor(const std::vector<Labels>& sequences) {
  Labels all;
  for (const Labels& sequence : sequences)
    all.insert(all.end(), sequence.begin(), sequence.end());
  return at::tensor(all, at::kLong).to(at::kFloat);
}

void check(Report& report, const CreateOrdering& create) {
  report.begin("its creation");
  const auto first = create();
  report.part("order", [&] {
    const auto ordered = sequences(*first);
    for (std::size_t i = 0; i < kSets.size() && report.is_clean(); ++i)
      report.add(broken_order(ordered[i], kSets[i]));
    if (!report.is_clean()) return;
    report.demand(sequences(*first) == ordered, "order: equal generators give different sequences");
    const auto second = create();
    report.demand(sequences(*second) == ordered, "order: two instances order the same labels differently");
    if (!report.is_clean()) return;
    check_threads(report, {.call = "order",
                           .result = "sequences",
                           .first = [&] { return as_tensor(sequences(*first)); },
                           .second = [&] { return as_tensor(sequences(*second)); },
                           .tolerance = 0});
  });
}

}  // namespace

Violations check_ordering(const CreateOrdering& create, const Observer& observer) {
  return watched(observer, [&](Report& report) { check(report, create); });
}

}  // namespace tagloom::conformance
