/// An LSTM's weights in one chunk, which on a CPU is nothing but an LSTM cell.

#include <tagloom/nn/one_chunk.hpp>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace tagloom {
namespace {

TEST(OneChunk, CopiesLieToOneAnotherAsTheOriginalsDo) {
  const at::Tensor chunk = at::randn({100});
  const std::vector<at::Tensor> originals{chunk.narrow(0, 10, 20).view({4, 5}), at::randn({3}),
                                          chunk.narrow(0, 30, 70)};
  const auto copies = laid_out_alike(originals, at::kBFloat16);
  for (std::size_t i = 0; i < originals.size(); ++i) {
    EXPECT_TRUE(copies[i].equal(originals[i].to(at::kBFloat16)));
    EXPECT_EQ(copies[i].storage_offset(), originals[i].storage_offset());
  }
  EXPECT_TRUE(copies[0].storage().is_alias_of(copies[2].storage()));
  EXPECT_FALSE(copies[0].storage().is_alias_of(copies[1].storage()));
}

TEST(OneChunk, TheCellIsAnLstmCell) {
  at::manual_seed(1);
  const auto cell = std::make_shared<OneChunkLstmCell>(torch::nn::LSTMCellOptions(6, 4));
  at::manual_seed(1);
  const torch::nn::LSTMCell other(6, 4);
  cell->to(at::kCPU);
  const auto ours = cell->named_parameters();
  const auto theirs = other->named_parameters();
  ASSERT_EQ(ours.keys(), theirs.keys());
  for (const auto& parameter : theirs)
    EXPECT_TRUE(ours[parameter.key()].equal(parameter.value()));
}

TEST(OneChunk, WeightsOnAGpuLieInOneChunkAndAreTheSame) {
  if (!at::hasCUDA()) GTEST_SKIP() << "no GPU here";
  const auto cell = std::make_shared<OneChunkLstmCell>(torch::nn::LSTMCellOptions(6, 4));
  std::vector<at::Tensor> before;
  for (const at::Tensor& parameter : cell->parameters())
    before.push_back(parameter.detach().clone());
  cell->to(at::Device(at::kCUDA, 0));
  const auto after = cell->parameters();
  for (std::size_t i = 0; i < after.size(); ++i) {
    EXPECT_TRUE(after[i].cpu().equal(before[i]));
    EXPECT_TRUE(after[i].storage().is_alias_of(after[0].storage()));
  }
}

}  // namespace
}  // namespace tagloom
