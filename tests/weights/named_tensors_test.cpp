#include "tensor_files.hpp"

#include <tagloom/weights/named_tensors.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn/modules/linear.h>

namespace tagloom {
namespace {

using ::testing::AllOf;
using testing::counted;
using ::testing::HasSubstr;
using testing::refusal;

TEST(LoadStrictly, ListsWhatIsMissingUnexpectedAndMisshapenAndChangesNothing) {
  torch::nn::Linear layer(3, 2);
  const at::Tensor before = layer->weight.detach().clone();
  const NamedTensors wrong = {{"weight", counted({3, 2})}, {"gain", counted({2})}};
  EXPECT_THAT(refusal([&] { load_strictly(*layer, wrong, "weights from w.pth"); }),
              AllOf(HasSubstr("weights from w.pth"), HasSubstr("1 missing: bias"),
                    HasSubstr("1 unexpected: gain"), HasSubstr("weight [3, 2] instead of [2, 3]")));
  EXPECT_TRUE(at::equal(layer->weight, before));
}

TEST(LoadStrictly, AShapeOfManyDimensionsIsCutShort) {
  torch::nn::Linear layer(3, 2);
  const NamedTensors wrong = {{"weight", at::zeros(std::vector<std::int64_t>(60, 1))},
                              {"bias", counted({2})}};
  EXPECT_THAT(refusal([&] { load_strictly(*layer, wrong, "weights"); }),
              HasSubstr("weight [1, 1, 1, 1, 1, 1, 1, 1, ...; 60 dimensions] instead of [2, 3]"));
}

TEST(Fingerprint, DependsOnNamesShapesTypesAndValuesOnly) {
  const NamedTensors weights = {{"a", counted({2, 3})}, {"b", counted({2})}};
  // The same values in another order, one of them laid out otherwise.
  const NamedTensors reversed = {{"b", counted({2})}, {"a", counted({2, 3}).t().contiguous().t()}};
  EXPECT_EQ(fingerprint(weights), fingerprint(reversed));
  for (const NamedTensors& other : {NamedTensors{{"a", counted({3, 2})}, {"b", counted({2})}},
                                    NamedTensors{{"a", counted({2, 3})}, {"c", counted({2})}},
                                    NamedTensors{{"a", counted({2, 3}, at::kHalf)}, {"b", counted({2})}},
                                    NamedTensors{{"a", counted({2, 3}) + 1}, {"b", counted({2})}}})
    EXPECT_NE(fingerprint(weights), fingerprint(other));
}

}  // namespace
}  // namespace tagloom
