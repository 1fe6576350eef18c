#include <tagloom/conformance/multilabel_loss.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Binary cross entropy, from which tests derive such as break one promise.
struct BinaryCrossEntropy : MultilabelLoss {
  [[nodiscard]] at::Tensor compute(const at::Tensor& logits, const at::Tensor& truth) const override {
    return at::binary_cross_entropy_with_logits(logits, truth);
  }
};

template <class Broken>
conformance::Violations multilabel_loss_violations() {
  return conformance::check_multilabel_loss([] { return std::make_unique<Broken>(); });
}

TEST(MultilabelLossCheck, ASoundLossPasses) {
  EXPECT_THAT(multilabel_loss_violations<BinaryCrossEntropy>(), IsEmpty());
}

TEST(MultilabelLossCheck, TellsTheTotalThatIsFound) {
  struct Vector : BinaryCrossEntropy {
    [[nodiscard]] at::Tensor compute(const at::Tensor& logits, const at::Tensor& truth) const override {
      return (logits - truth).square().sum(1);
    }
  };
  EXPECT_THAT(multilabel_loss_violations<Vector>(), ElementsAre("compute: the total is [2], not a scalar"));
  struct Double : BinaryCrossEntropy {
    [[nodiscard]] at::Tensor compute(const at::Tensor& logits, const at::Tensor& truth) const override {
      return BinaryCrossEntropy::compute(logits, truth).to(at::kDouble);
    }
  };
  EXPECT_THAT(multilabel_loss_violations<Double>(),
              ElementsAre("compute: the total is float64, not float32"));
  struct Detached : BinaryCrossEntropy {
    [[nodiscard]] at::Tensor compute(const at::Tensor& logits, const at::Tensor& truth) const override {
      return BinaryCrossEntropy::compute(logits, truth).detach();
    }
  };
  EXPECT_THAT(multilabel_loss_violations<Detached>(),
              ElementsAre("compute: the total carries no gradient for the logits"));
}

TEST(MultilabelLossCheck, RightCostsLessThanWrong) {
  struct Backwards : BinaryCrossEntropy {
    [[nodiscard]] at::Tensor compute(const at::Tensor& logits, const at::Tensor& truth) const override {
      return ((1 - truth * 2) * -logits).mean();
    }
  };
  EXPECT_THAT(multilabel_loss_violations<Backwards>(),
              ElementsAre("compute: sure and right logits cost no less than sure and wrong ones"));
}

TEST(MultilabelLossCheck, ImagesMayHaveNoLabels) {
  struct MeanOfLabels : BinaryCrossEntropy {
    [[nodiscard]] at::Tensor compute(const at::Tensor& logits, const at::Tensor& truth) const override {
      return BinaryCrossEntropy::compute(logits, truth) / truth.sum() * truth.sum();
    }
  };
  EXPECT_THAT(multilabel_loss_violations<MeanOfLabels>(),
              ElementsAre("compute: the loss of images without labels is not finite"));
}

TEST(MultilabelLossCheck, ABatchMayHaveOneImage) {
  struct Deviation : BinaryCrossEntropy {
    [[nodiscard]] at::Tensor compute(const at::Tensor& logits, const at::Tensor& truth) const override {
      return BinaryCrossEntropy::compute(logits, truth) + 0 * logits.std(0).sum();
    }
  };
  EXPECT_THAT(multilabel_loss_violations<Deviation>(),
              ElementsAre("compute: the loss of one image is not finite"));
}

}  // namespace
}  // namespace tagloom
