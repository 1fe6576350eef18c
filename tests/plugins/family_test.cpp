/// What the convolutional encoders share, on the smallest of them.

#include "efficientnet_lite/efficientnet_lite.hpp"
#include "golden_network.hpp"
#include "support/files.hpp"
#include "support/formula.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/conformance/encoder.hpp>
#include <tagloom/weights/safetensors.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;

Options options(std::map<std::string, std::string> given) {
  given.emplace("image_size", "64");
  return {"encoder efficientnet_lite", convnet_options(efficientnet_lite_family()), given};
}

struct FamilyEncoder : ConvNetEncoder {
  explicit FamilyEncoder(const Options& given)
      : ConvNetEncoder(convnet(efficientnet_lite_family(), given), precision_from(given)) {}
};

at::Tensor pooled(const std::map<std::string, std::string>& given) {
  FamilyEncoder encoder(options(given));
  return encoder.encode(testing::formula_tensor("input", {2, 3, 64, 64}), {}).pooled;
}

TEST(ConvNetFamily, EncodersKeepTheirPromisesInBothPrecisions) {
  for (const char* precision : {"float32", "bfloat16"}) {
    const auto create = [&] { return std::make_unique<FamilyEncoder>(options({{"precision", precision}})); };
    EXPECT_THAT(conformance::check_encoder(create), IsEmpty()) << precision;
  }
}

TEST(ConvNetFamily, RandomWeightsFollowTheirSeedAloneAndTellImagesApart) {
  at::manual_seed(1);
  const at::Tensor first = pooled({{"precision", "float32"}});
  at::manual_seed(2);
  EXPECT_TRUE(first.equal(pooled({{"precision", "float32"}})));
  EXPECT_FALSE(first.equal(pooled({{"precision", "float32"}, {"seed", "2"}})));
  EXPECT_GT((first[0] - first[1]).abs().max().item<double>(), 0.05 * first.abs().max().item<double>());
  EXPECT_LT(first.max().item<double>(), 100);
}

TEST(ConvNetFamily, SaysThatRandomWeightsAreRandom) {
  EXPECT_TRUE(FamilyEncoder(options({})).weights().random);
  EXPECT_EQ(FamilyEncoder(options({{"seed", "5"}})).weights().source, "random (seed 5)");
}

TEST(ConvNetFamily, WeightsOfAnotherVariantAreNamed) {
  const testing::TemporaryFolder folder;
  const auto lite1 = efficientnet_lite_family().make("lite1");
  write_safetensors(folder / "w.safetensors", {.tensors = testing::golden_weights(*lite1, 6)});
  const std::string file = folder / "w.safetensors";
  EXPECT_THAT(
      [&] {
        FamilyEncoder(options({{"weights", file}}));
      },
      ThrowsMessage<DataError>(AllOf(HasSubstr(file), HasSubstr("those of lite1, not of lite0"))));
  const FamilyEncoder right(options({{"weights", file}, {"variant", "lite1"}}));
  EXPECT_FALSE(right.weights().random);
  EXPECT_EQ(right.weights().source, file);
}

TEST(ConvNetFamily, EqualWeightsHaveEqualFingerprintsWhateverTheFile) {
  const testing::TemporaryFolder folder;
  const NamedTensors weights = testing::golden_weights(*efficientnet_lite_family().make("lite0"), 6);
  write_safetensors(folder / "a.safetensors", {.tensors = weights});
  write_safetensors(folder / "b.safetensors", {.tensors = {weights.rbegin(), weights.rend()}});
  const auto of = [&](const char* name) {
    return FamilyEncoder(options({{"weights", folder / name}})).weights().fingerprint;
  };
  EXPECT_EQ(of("a.safetensors"), of("b.safetensors"));
}

TEST(ConvNetFamily, AveragedWeightsBehindWrappersAreTakenAndTheSourceSaysSo) {
  const testing::TemporaryFolder folder;
  const NamedTensors weights = testing::golden_weights(*efficientnet_lite_family().make("lite0"), 6);
  NamedTensors file;
  for (const auto& [name, tensor] : weights)
    file.emplace_back("state_dict.module." + name, tensor + 1);
  for (const auto& [name, tensor] : weights)
    file.emplace_back("state_dict_ema._orig_mod.module." + name, tensor);
  write_safetensors(folder / "plain.safetensors", {.tensors = weights});
  write_safetensors(folder / "training.safetensors", {.tensors = file});
  const auto of = [&](const char* name) {
    return FamilyEncoder(options({{"weights", folder / name}})).weights();
  };
  EXPECT_EQ(of("training.safetensors").fingerprint, of("plain.safetensors").fingerprint);
  EXPECT_EQ(of("training.safetensors").source,
            (folder / "training.safetensors").string() + " (of its 2 sets the averaged one, state_dict_ema)");
}

TEST(ConvNetFamily, ImageSizesAreMultiplesOf32) {
  EXPECT_THAT(
      [] {
        FamilyEncoder(options({{"image_size", "100"}}));
      },
      ThrowsMessage<UsageError>(AllOf(HasSubstr("100"), HasSubstr("multiple of 32"))));
  EXPECT_EQ(FamilyEncoder(options({{"image_size", "96"}})).feature_shape().map_width, 3);
}

}  // namespace
}  // namespace tagloom
