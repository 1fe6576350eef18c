#include "built_plugins.hpp"
#include "registry/kinds/loss.hpp"

#include <tagloom/conformance/loss.hpp>
#include <tagloom/loss.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace tagloom {
namespace {

const Vocabulary kThreeLabels({"sky", "sea", "boat"});

double loss_of(const at::Tensor& logits, const std::vector<std::vector<std::int64_t>>& sequences,
               const registry::Assignments& options = {}) {
  const auto loss = testing::built_plugins().create<Loss>("cross_entropy", options).component;
  return loss->compute(logits, make_label_batch(sequences, kThreeLabels, logits.size(1)))
      .total.item<double>();
}

TEST(CrossEntropy, KeepsThePromisesOfALoss) {
  EXPECT_THAT(conformance::check_loss(
                  [&] { return testing::built_plugins().create<Loss>("cross_entropy", {}).component; }),
              ::testing::IsEmpty());
}

TEST(CrossEntropy, UniformLogitsCostTheLogarithmOfTheOutputs) {
  EXPECT_NEAR(loss_of(at::zeros({2, 3, 4}), {{0, 1}, {2}}), std::log(4.0), 1e-6);
}

/// Image one counts three tokens, image two one (its stop): 3 of 4 tokens cost nothing, the last log 4.
TEST(CrossEntropy, AveragesOverTokensOrOverImages) {
  at::Tensor logits = at::zeros({2, 3, 4});
  logits[0][0][0] = 100;
  logits[0][1][1] = 100;
  logits[0][2][3] = 100;
  EXPECT_NEAR(loss_of(logits, {{0, 1}, {}}), std::log(4.0) / 4, 1e-6);
  EXPECT_NEAR(loss_of(logits, {{0, 1}, {}}, {{"per_image", "true"}}), std::log(4.0) / 2, 1e-6);
}

}  // namespace
}  // namespace tagloom
