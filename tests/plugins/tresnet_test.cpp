#include "tresnet/tresnet.hpp"

#include "golden_network.hpp"
#include "support/files.hpp"
#include "support/formula.hpp"
#include "tresnet/miil_keys.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/weights/network_weights.hpp>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace tagloom {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

/// The gain of the convolutions in the reference.
constexpr double kGain = 0.7 * 3;

std::shared_ptr<ConvNet> network(const std::string& variant) {
  return tresnet_family().make(variant);
}

class GoldenTresnet : public ::testing::TestWithParam<std::string> {
 protected:
  const nlohmann::json reference_ = testing::read_json(testing::test_data("tresnet.json")).at(GetParam());
  const std::shared_ptr<ConvNet> network_ = network(reference_.at("variant"));
};

INSTANTIATE_TEST_SUITE_P(, GoldenTresnet,
                         ::testing::Values("tresnet_m@224", "tresnet_m@448", "tresnet_l@224",
                                           "tresnet_xl@224", "tresnet_v2_l@224"),
                         [](const auto& instance) {
                           std::string name = instance.param;
                           name[name.find('@')] = '_';
                           return name;
                         });

TEST_P(GoldenTresnet, FeaturesAgreeBeforeAndAfterFolding) {
  load_strictly(*network_, testing::golden_weights(*network_, kGain), "golden weights");
  testing::expect_golden_features(*network_, reference_);
  network_->fold_batch_norms();
  testing::expect_golden_features(*network_, reference_);
}

TEST_P(GoldenTresnet, NamesShapesAndCountsAreTimms) {
  std::int64_t parameters = 0;
  for (const auto& parameter : network_->parameters())
    parameters += parameter.numel();
  EXPECT_EQ(parameters, reference_.at("parameters_without_head").get<std::int64_t>());
  if (!reference_.contains("names_fnv1a")) return;  // the names do not depend on the image size
  EXPECT_EQ(testing::names_hash(*network_), reference_.at("names_fnv1a").get<std::string>());
}

TEST(Tresnet, Bfloat16IsCloseToFloat32) {
  const auto encoder = network("tresnet_m");
  load_strictly(*encoder, testing::golden_weights(*encoder, kGain), "golden weights");
  encoder->fold_batch_norms();
  const c10::InferenceMode inference;
  const at::Tensor image = testing::formula_tensor("input", {1, 3, 224, 224});
  const at::Tensor exact = encoder->forward(image).mean({2, 3});
  encoder->to(at::kBFloat16);
  const at::Tensor rounded = encoder->forward(image.to(at::kBFloat16)).to(at::kFloat).mean({2, 3});
  EXPECT_LT(((rounded - exact).norm() / exact.norm()).item<double>(), 0.02);
}

TEST(Tresnet, WeightsOfAnotherVariantAreRefusedWithTheirNames) {
  const auto second = network("tresnet_v2_l");
  EXPECT_THAT(
      [&] {
        load_strictly(*second, testing::golden_weights(*network("tresnet_m"), kGain), "weights from m.pth");
      },
      ThrowsMessage<DataError>(AllOf(HasSubstr("weights from m.pth do not fit"),
                                     HasSubstr("missing: body.layer1.0.conv3.bn.bias"),
                                     HasSubstr("of another shape: body.layer1.0.conv1.conv.weight"))));
}

TEST(Tresnet, HeadsOfAnySizeAndWrappersAreDropped) {
  const auto tresnet_m = network("tresnet_m");
  const NamedTensors bare = testing::golden_weights(*tresnet_m, kGain);
  NamedTensors weights = bare;
  weights.emplace_back("head.fc.weight", at::zeros({11221, 2048}));
  weights.emplace_back("head.fc.bias", at::zeros({11221}));
  for (const std::string wrapper : {"", "model.", "state_dict.", "state_dict.module."}) {
    NamedTensors wrapped;
    if (!wrapper.empty()) wrapped.emplace_back("optimizer.state.0.step", at::zeros({}));
    for (const auto& [name, tensor] : weights)
      wrapped.emplace_back(wrapper + name, tensor);
    EXPECT_EQ(fingerprint(network_weights(*tresnet_m, wrapped, timm_named).tensors), fingerprint(bare))
        << wrapper;
  }
}

/// How the network's authors name what timm calls `name`, given the convolutions that a blur follows.
std::string authors_name(std::string name) {
  bool blurred = false;
  for (const std::string conv : {"layer2.0.conv1.", "layer3.0.conv2.", "layer4.0.conv2."})
    blurred = blurred || name.find(conv) != std::string::npos;
  const std::string nested = blurred ? "0." : "";
  for (const auto& [part, index] : {std::pair{".conv.", "0."}, std::pair{".bn.", "1."}}) {
    const auto found = name.find(part);
    if (found != std::string::npos) name.replace(found, std::string(part).size(), "." + nested + index);
  }
  return name;
}

TEST(MiilKeys, TheAuthorsNamesBecomeTimmsAndGammasPositive) {
  EXPECT_EQ(authors_name("body.layer2.0.conv1.bn.weight"), "body.layer2.0.conv1.0.1.weight");
  EXPECT_EQ(authors_name("body.layer2.0.downsample.1.conv.weight"), "body.layer2.0.downsample.1.0.weight");
  NamedTensors authors = {{"body.layer2.0.conv1.1.filt", at::zeros({1})},
                          {"head.fc.weight", at::zeros({10, 2048})}};
  std::map<std::string, at::Tensor> expected;
  for (const auto& [name, tensor] : testing::golden_weights(*network("tresnet_m"), kGain)) {
    const bool gamma = name.ends_with("bn.weight");
    authors.emplace_back(authors_name(name), gamma ? -tensor : tensor);
    expected[name] = gamma ? tensor.abs() + 1e-5 : tensor;
  }
  const NamedTensors converted = timm_named(authors);
  EXPECT_EQ(fingerprint(converted), fingerprint({expected.begin(), expected.end()}));
  EXPECT_EQ(fingerprint(timm_named(converted)), fingerprint(converted)) << "converted twice";
}

}  // namespace
}  // namespace tagloom
