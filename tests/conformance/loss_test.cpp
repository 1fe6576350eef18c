#include <tagloom/conformance/loss.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// The mean negative log-likelihood of all tokens that count, from which tests derive such as break one
/// promise.
struct Likelihood : Loss {
  [[nodiscard]] LogitsKind logits_kind() const override { return LogitsKind::teacher_forced; }
  [[nodiscard]] LossValue compute(const at::Tensor& logits, const LabelBatch& labels) const override {
    return {changed(mean(logits.to(at::kFloat), labels), labels), {}};
  }
  [[nodiscard]] virtual at::Tensor changed(at::Tensor total, const LabelBatch& /*labels*/) const {
    return total;
  }

 protected:
  static at::Tensor mean(const at::Tensor& logits, const LabelBatch& labels) {
    const at::Tensor said = logits.log_softmax(2).gather(2, labels.targets.unsqueeze(2)).squeeze(2);
    return -(said * labels.mask()).sum() / labels.mask().sum();
  }
};

template <class Broken>
conformance::Violations loss_violations() {
  return conformance::check_loss([] { return std::make_unique<Broken>(); });
}

TEST(LossCheck, ASoundLossPasses) {
  EXPECT_THAT(loss_violations<Likelihood>(), IsEmpty());
}

TEST(LossCheck, TellsTheTotalThatIsFound) {
  struct Vector : Likelihood {
    [[nodiscard]] at::Tensor changed(at::Tensor total, const LabelBatch& /*labels*/) const override {
      return total.expand({3});
    }
  };
  EXPECT_THAT(loss_violations<Vector>(), ElementsAre("compute: the total is [3], not a scalar"));
  struct Double : Likelihood {
    [[nodiscard]] at::Tensor changed(at::Tensor total, const LabelBatch& /*labels*/) const override {
      return total.to(at::kDouble);
    }
  };
  EXPECT_THAT(loss_violations<Double>(), ElementsAre("compute: the total is float64, not float32"));
  struct Detached : Likelihood {
    [[nodiscard]] at::Tensor changed(at::Tensor total, const LabelBatch& /*labels*/) const override {
      return total.detach();
    }
  };
  EXPECT_THAT(loss_violations<Detached>(),
              ElementsAre("compute: the total carries no gradient for the logits"));
}

TEST(LossCheck, TheWeightIsAScalar) {
  struct WeighsTokens : Likelihood {
    [[nodiscard]] LossValue compute(const at::Tensor& logits, const LabelBatch& labels) const override {
      LossValue value = Likelihood::compute(logits, labels);
      value.weight = labels.lengths;
      return value;
    }
  };
  EXPECT_THAT(loss_violations<WeighsTokens>(),
              ElementsAre("compute: the weight is [3], not a scalar without gradient"));
}

TEST(LossCheck, TheTotalOfBfloat16LogitsIsFloat32) {
  struct AsGiven : Likelihood {
    [[nodiscard]] LossValue compute(const at::Tensor& logits, const LabelBatch& labels) const override {
      return {mean(logits, labels).to(logits.scalar_type()), {}};
    }
  };
  EXPECT_THAT(loss_violations<AsGiven>(), ElementsAre("compute: the total is bfloat16, not float32"));
}

TEST(LossCheck, ImagesMayHaveNoLabels) {
  struct MeanOfLabels : Likelihood {
    [[nodiscard]] at::Tensor changed(at::Tensor total, const LabelBatch& labels) const override {
      return total / labels.lengths.sum();
    }
  };
  EXPECT_THAT(loss_violations<MeanOfLabels>(),
              Contains("compute: the total of images without labels is not finite"));
}

TEST(LossCheck, ABatchMayHaveOneImage) {
  struct Deviation : Likelihood {
    [[nodiscard]] at::Tensor changed(at::Tensor total, const LabelBatch& labels) const override {
      return total + 0 * labels.lengths.to(at::kFloat).std();
    }
  };
  EXPECT_THAT(loss_violations<Deviation>(), Contains("compute: the total of one image is not finite"));
}

TEST(LossCheck, TargetsAreEveryLabelAndTheStop) {
  struct Turned : Likelihood {
    [[nodiscard]] at::Tensor targets(const at::Tensor&, const LabelBatch& labels) const override {
      return labels.targets.flip({1});
    }
  };
  EXPECT_THAT(loss_violations<Turned>(),
              ElementsAre("targets: an image's labels are not all there in its first steps",
                          "targets: the stop token does not follow the labels"));
  struct Short : Likelihood {
    [[nodiscard]] at::Tensor targets(const at::Tensor&, const LabelBatch& labels) const override {
      return labels.targets.narrow(1, 0, 2);
    }
  };
  EXPECT_THAT(loss_violations<Short>(), ElementsAre("targets: they are [3, 2], not [images = 3, steps = 4]"));
}

TEST(LossCheck, StepsAfterTheStopMatterOnlyIfTheLossSaysSo) {
  struct Reads : Likelihood {
    explicit Reads(bool says) : says_so(says) {}
    [[nodiscard]] bool reads_steps_after_stop() const override { return says_so; }
    [[nodiscard]] LossValue compute(const at::Tensor& logits, const LabelBatch&) const override {
      const std::int64_t steps = std::min<std::int64_t>(4, logits.size(1));
      return {logits.narrow(1, 0, steps).to(at::kFloat).square().mean(), {}};
    }
    bool says_so;
  };
  struct Silent : Reads {
    Silent() : Reads(false) {}
  };
  EXPECT_THAT(
      loss_violations<Silent>(),
      ElementsAre(
          "compute: logits after an image's own stop change the total; say so by reads_steps_after_stop"));
  struct Says : Reads {
    Says() : Reads(true) {}
  };
  EXPECT_THAT(loss_violations<Says>(), IsEmpty());
}

TEST(LossCheck, PaddingDoesNotCount) {
  struct Pads : Likelihood {
    [[nodiscard]] at::Tensor changed(at::Tensor total, const LabelBatch& labels) const override {
      return total * labels.targets.size(1);
    }
  };
  EXPECT_THAT(loss_violations<Pads>(), ElementsAre("compute: steps after every stop change the total"));
}

TEST(LossCheck, LogitsStayAsTheyAre) {
  struct Writes : Likelihood {
    [[nodiscard]] LossValue compute(const at::Tensor& logits, const LabelBatch& labels) const override {
      logits.detach().add_(1);
      return Likelihood::compute(logits, labels);
    }
  };
  EXPECT_THAT(loss_violations<Writes>(), Contains("compute: the logits that it was given are changed"));
}

TEST(LossCheck, KindsTargetsAndPartsAreSuchAsThereAre) {
  struct OfNoKind : Likelihood {
    [[nodiscard]] LogitsKind logits_kind() const override { return static_cast<LogitsKind>(7); }
  };
  EXPECT_THAT(loss_violations<OfNoKind>(),
              Contains("logits_kind: it is 7, neither teacher_forced nor free_running"));
  struct Beyond : Likelihood {
    [[nodiscard]] at::Tensor targets(const at::Tensor& /*logits*/, const LabelBatch& labels) const override {
      return labels.targets + 1;
    }
  };
  EXPECT_THAT(loss_violations<Beyond>(), Contains("targets: a token is 6, not from 0 to the stop token 5"));
  struct InParts : Likelihood {
    [[nodiscard]] LossValue compute(const at::Tensor& logits, const LabelBatch& labels) const override {
      LossValue value = Likelihood::compute(logits, labels);
      value.parts.emplace_back("each", logits.detach());
      return value;
    }
  };
  EXPECT_THAT(loss_violations<InParts>(),
              Contains("compute: the part each is not a scalar without gradient"));
}

}  // namespace
}  // namespace tagloom
