/// Convolutional networks by oneDNN against the same by LibTorch.

#include "efficientnet_lite/efficientnet_lite.hpp"
#include "golden_network.hpp"
#include "support/formula.hpp"
#include "tresnet/tresnet.hpp"

#include <tagloom/nn/convnet/blocked_network.hpp>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

namespace tagloom {
namespace {

struct Case {
  std::string variant;
  std::vector<std::int64_t> images;
};

std::shared_ptr<ConvNet> network(const std::string& variant) {
  const bool lite = variant.starts_with("lite");
  auto made = (lite ? efficientnet_lite_family() : tresnet_family()).make(variant);
  load_strictly(*made, testing::golden_weights(*made, lite ? 6 : 2.1), "golden weights");
  made->fold_batch_norms();
  return made;
}

double difference(const at::Tensor& found, const at::Tensor& expected) {
  return ((found.to(at::kDouble) - expected).norm() / expected.norm()).item<double>();
}

class BlockedNetworks : public ::testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    if (!blocked_network(network_->graph(), at::kFloat))
      GTEST_SKIP() << convolutions_by() << " convolves here";
  }

  const c10::InferenceMode inference_;
  const std::shared_ptr<ConvNet> network_ = network(GetParam().variant);
  const at::Tensor images_ = testing::formula_tensor("input", GetParam().images);
};

INSTANTIATE_TEST_SUITE_P(, BlockedNetworks,
                         ::testing::Values(Case{"lite0", {1, 3, 64, 64}}, Case{"lite0", {19, 3, 32, 32}},
                                           Case{"lite1", {2, 3, 224, 224}}, Case{"lite2", {3, 3, 96, 160}},
                                           Case{"tresnet_m", {9, 3, 64, 64}},
                                           Case{"tresnet_m", {1, 3, 224, 224}},
                                           Case{"tresnet_l", {2, 3, 96, 64}},
                                           Case{"tresnet_xl", {1, 3, 128, 128}},
                                           Case{"tresnet_v2_l", {2, 3, 64, 64}}),
                         [](const auto& instance) {
                           const std::vector<std::int64_t>& images = instance.param.images;
                           return instance.param.variant + "_" + std::to_string(images[0]) + "x" +
                                  std::to_string(images[2]) + "x" + std::to_string(images[3]);
                         });

TEST_P(BlockedNetworks, AreAsExactAsLibTorchIs) {
  const auto blocked = blocked_network(network_->graph(), at::kFloat);
  const at::Tensor map = blocked->forward(images_);
  const at::Tensor libtorchs = network_->forward(images_);
  ASSERT_EQ(map.sizes(), libtorchs.sizes());
  EXPECT_TRUE(blocked->forward(images_).equal(map)) << "the second time, from memory that was used";
  network_->to(at::kDouble);
  const at::Tensor exact = network_->forward(images_.to(at::kDouble));
  // Rounding is all that differs, and each has its own.
  EXPECT_LT(difference(map, exact), 3 * difference(libtorchs, exact));
}

TEST_P(BlockedNetworks, AgreeInBfloat16AsLibTorchDoes) {
  const auto blocked = blocked_network(network_->graph(), at::kBFloat16);
  if (!blocked) GTEST_SKIP() << "no AVX-512 for bfloat16";
  const at::Tensor exact = network_->forward(images_);
  network_->to(at::kBFloat16);
  const double libtorchs = difference(network_->forward(images_.to(at::kBFloat16)).to(at::kFloat), exact);
  // Sums stay in float32 for longer here, so that it may be less.
  EXPECT_LT(difference(blocked->forward(images_), exact), 1.2 * libtorchs);
}

TEST(BlockedNetwork, SizesMayAlternateAndMemoryStaysBounded) {
  const c10::InferenceMode inference;
  const auto lite = network("lite0");
  const auto blocked = blocked_network(lite->graph(), at::kFloat);
  if (!blocked) GTEST_SKIP() << convolutions_by() << " convolves here";
  std::size_t most = 0;
  for (int round = 0; round < 2; ++round)
    for (const std::int64_t size : {32, 64, 96, 128}) {
      const at::Tensor images = testing::formula_tensor("input", {2, 3, size, size});
      EXPECT_LT(difference(blocked->forward(images), lite->forward(images)), 1e-5) << size;
      if (round == 0) most = std::max(most, blocked->bytes());
      EXPECT_LE(blocked->bytes(), most + most / 2) << size;
    }
}

/// As many threads as wanted, while it lives.
class Threads {
 public:
  explicit Threads(int count) { at::set_num_threads(count); }
  ~Threads() { at::set_num_threads(before_); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

 private:
  int before_ = at::get_num_threads();
};

TEST(BlockedNetwork, ALargeBatchTakesNoMoreMemoryThanTwoSmallOnes) {
  const c10::InferenceMode inference;
  const auto lite = network("lite0");
  const auto blocked = blocked_network(lite->graph(), at::kFloat);
  if (!blocked) GTEST_SKIP() << convolutions_by() << " convolves here";
  const Threads two(2);
  (void)blocked->forward(testing::formula_tensor("input", {BlockedNetwork::kImagesAtOnce, 3, 64, 64}));
  const std::size_t small = blocked->bytes();
  const at::Tensor images = testing::formula_tensor("input", {3 * BlockedNetwork::kImagesAtOnce, 3, 64, 64});
  EXPECT_LT(difference(blocked->forward(images), lite->forward(images)), 1e-5);
  EXPECT_EQ(blocked->bytes(), small);
}

TEST(BlockedNetwork, AnImageAThreadIsComputedAsByAllThreadsTogether) {
  const c10::InferenceMode inference;
  const auto lite = network("lite0");
  const auto blocked = blocked_network(lite->graph(), at::kFloat);
  if (!blocked) GTEST_SKIP() << convolutions_by() << " convolves here";
  const Threads three(3);
  const at::Tensor images = testing::formula_tensor("input", {7, 3, 64, 64});
  const at::Tensor alone = blocked->forward(images);
  EXPECT_LT(difference(blocked->forward(images.narrow(0, 5, 2)), alone.narrow(0, 5, 2)), 1e-6);
}

TEST(BlockedNetwork, FewerImagesThanThreadsAreComputedSomeAtATime) {
  const c10::InferenceMode inference;
  const auto lite = network("lite0");
  const auto blocked = blocked_network(lite->graph(), at::kFloat);
  if (!blocked) GTEST_SKIP() << convolutions_by() << " convolves here";
  const Threads many(BlockedNetwork::kImagesAtOnce + 4);
  const at::Tensor images = testing::formula_tensor("input", {BlockedNetwork::kImagesAtOnce + 3, 3, 32, 32});
  EXPECT_LT(difference(blocked->forward(images), lite->forward(images)), 1e-5);
}

/// As by somebody who computes several batches at a time.
TEST(BlockedNetwork, MayBeCalledInAParallelRegion) {
  const c10::InferenceMode inference;
  const auto lite = network("lite0");
  const auto blocked = blocked_network(lite->graph(), at::kFloat);
  if (!blocked) GTEST_SKIP() << convolutions_by() << " convolves here";
  const Threads two(2);
  const at::Tensor images = testing::formula_tensor("input", {4, 3, 64, 64});
  const at::Tensor expected = blocked->forward(images);
  std::vector<at::Tensor> maps(4);
  at::parallel_for(0, 4, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i)
      maps[static_cast<std::size_t>(i)] = blocked->forward(images.narrow(0, i, 1));
  });
  EXPECT_LT(difference(at::cat(maps), expected), 1e-6);
}

TEST(BlockedNetwork, WhatAnImageComesToDoesNotDependOnItsBatch) {
  const c10::InferenceMode inference;
  const auto lite = network("lite0");
  const auto blocked = blocked_network(lite->graph(), at::kFloat);
  if (!blocked) GTEST_SKIP() << convolutions_by() << " convolves here";
  const Threads two(2);
  const at::Tensor images = testing::formula_tensor("input", {7, 3, 64, 64});
  const at::Tensor all = blocked->forward(images);
  EXPECT_TRUE(blocked->forward(images.narrow(0, 3, 2)).equal(all.narrow(0, 3, 2)));
  EXPECT_TRUE(blocked->forward(images.narrow(0, 2, 5)).equal(all.narrow(0, 2, 5)));
}

TEST(BlockedNetwork, ANetworkThatDoesNotSayWhatItComputesIsLeftToLibTorch) {
  EXPECT_EQ(blocked_network({}, at::kFloat), nullptr);
}

}  // namespace
}  // namespace tagloom
