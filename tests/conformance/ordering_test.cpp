#include <tagloom/conformance/ordering.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace tagloom {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Labels = std::vector<std::int64_t>;

/// As annotated, from which tests derive such as break one promise.
struct AsAnnotated : Ordering {
  [[nodiscard]] Labels order(std::span<const std::int64_t> labels, const LabelStatistics& /*statistics*/,
                             Random& /*random*/) const override {
    return changed({labels.begin(), labels.end()});
  }
  [[nodiscard]] virtual Labels changed(Labels labels) const { return labels; }
};

template <class Broken>
conformance::Violations ordering_violations() {
  return conformance::check_ordering([] { return std::make_unique<Broken>(); });
}

TEST(OrderingCheck, ASoundOrderingPasses) {
  EXPECT_THAT(ordering_violations<AsAnnotated>(), IsEmpty());
}

TEST(OrderingCheck, TellsTheSequenceThatIsNoPermutation) {
  struct Doubles : AsAnnotated {
    [[nodiscard]] Labels changed(Labels labels) const override {
      std::ranges::fill(labels, labels.empty() ? 0 : labels.front());
      return labels;
    }
  };
  EXPECT_THAT(
      ordering_violations<Doubles>(),
      ElementsAre("order: the sequence of the label set [1, 3] is [1, 1], not each of its labels once"));
}

TEST(OrderingCheck, AnImageMayHaveNoLabel) {
  struct First : AsAnnotated {
    [[nodiscard]] Labels changed(Labels labels) const override {
      if (labels.empty()) throw std::out_of_range("no first label");
      return labels;
    }
  };
  EXPECT_THAT(ordering_violations<First>(), ElementsAre("order: threw an exception: no first label"));
}

TEST(OrderingCheck, WhatIsDrawnComesFromTheGeneratorThatItIsGiven) {
  struct Turns : AsAnnotated {
    [[nodiscard]] Labels changed(Labels labels) const override {
      // The first set of every run.
      if (labels.empty()) ++runs;
      if (runs % 2 == 0) std::ranges::reverse(labels);
      return labels;
    }
    mutable int runs = 0;
  };
  EXPECT_THAT(ordering_violations<Turns>(), ElementsAre("order: equal generators give different sequences"));
  static int made = 0;
  struct Differs : AsAnnotated {
    [[nodiscard]] Labels changed(Labels labels) const override {
      if (number % 2 == 0) std::ranges::reverse(labels);
      return labels;
    }
    int number = ++made;
  };
  EXPECT_THAT(ordering_violations<Differs>(),
              ElementsAre("order: two instances order the same labels differently"));
}

}  // namespace
}  // namespace tagloom
