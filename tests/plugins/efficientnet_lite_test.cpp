#include "efficientnet_lite/efficientnet_lite.hpp"

#include "golden_network.hpp"
#include "places.hpp"
#include "support/files.hpp"

#include <tagloom/datasets/images/image.hpp>
#include <tagloom/datasets/images/preprocess.hpp>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <sstream>

namespace tagloom {
namespace {

class GoldenEfficientNetLite : public ::testing::TestWithParam<std::string> {
 protected:
  const nlohmann::json reference_ =
      testing::read_json(testing::test_data("efficientnet_lite.json")).at(GetParam());
  const std::shared_ptr<ConvNet> network_ = efficientnet_lite_family().make(GetParam());
};

INSTANTIATE_TEST_SUITE_P(, GoldenEfficientNetLite, ::testing::Values("lite0", "lite1", "lite2"),
                         [](const auto& instance) { return instance.param; });

TEST_P(GoldenEfficientNetLite, FeaturesAgreeBeforeAndAfterFolding) {
  load_strictly(*network_, testing::golden_weights(*network_, 6), "golden weights");
  testing::expect_golden_features(*network_, reference_);
  network_->fold_batch_norms();
  testing::expect_golden_features(*network_, reference_);
}

TEST_P(GoldenEfficientNetLite, NamesShapesAndCountsAreThoseOfThePublishedWeights) {
  std::int64_t parameters = 0;
  for (const auto& parameter : network_->parameters())
    parameters += parameter.numel();
  EXPECT_EQ(parameters, reference_.at("parameters").get<std::int64_t>());
  EXPECT_EQ(testing::names_hash(*network_), reference_.at("names_fnv1a").get<std::string>());
}

/// The list pairs timm's names with ours; it was checked with timm itself, whose tf_efficientnet_lite0 has
/// the reference's features with the golden weights of these pairs.
TEST(EfficientNetLite, TimmsNamesAreTranslated) {
  const auto network = efficientnet_lite_family().make("lite0");
  const NamedTensors ours = testing::golden_weights(*network, 6);
  const std::map<std::string, at::Tensor> by_name(ours.begin(), ours.end());
  NamedTensors timm = {{"classifier.weight", at::zeros({1000, 1280})},
                       {"classifier.bias", at::zeros({1000})}};
  std::istringstream pairs(testing::read_text(testing::test_data("efficientnet_lite0_timm_names.txt")));
  for (std::string theirs, name; pairs >> theirs >> name;)
    timm.emplace_back(theirs, by_name.at(name));
  ASSERT_EQ(timm.size(), ours.size() + 2);
  EXPECT_EQ(fingerprint(efficientnet_lite_family().feature_weights(timm)), fingerprint(ours));
  EXPECT_EQ(fingerprint(efficientnet_lite_family().feature_weights(ours)), fingerprint(ours));
}

/// TAGLOOM_WEIGHTS_DIR, or where packaging/fetch-weights puts them.
std::filesystem::path published_weights(const std::string& variant) {
  const char* folder = std::getenv("TAGLOOM_WEIGHTS_DIR");
  return std::filesystem::path(folder ? folder : TAGLOOM_TEST_WEIGHTS) / ("efficientnet_" + variant + ".pth");
}

class Encoding : public ConvNetEncoder {
 public:
  explicit Encoding(const Options& options)
      : ConvNetEncoder(convnet(efficientnet_lite_family(), options), precision_from(options)) {}
};

Features encoded(const std::filesystem::path& image, const std::string& variant,
                 const std::string& precision) {
  const auto specs = convnet_options(efficientnet_lite_family());
  Encoding encoder(Options(
      "encoder efficientnet_lite", specs,
      {{"variant", variant}, {"weights", published_weights(variant).string()}, {"precision", precision}}));
  cv::Mat rgb = datasets::read_image(image);
  const at::Tensor pixels = at::from_blob(rgb.data, {rgb.rows, rgb.cols, 3}, at::kByte);
  return encoder.encode(datasets::to_input(pixels, encoder.preprocessing()).unsqueeze(0), {});
}

/// The reference resized in floating point, too: rounding to whole numbers first, as Pillow does, moves
/// features by some percent. bf16 has three significant digits.
void expect_published_features(const std::string& variant) {
  constexpr double tolerance = 1e-3;
  if (!std::filesystem::exists(published_weights(variant)))
    GTEST_SKIP() << published_weights(variant) << " is missing: run packaging/fetch-weights " << variant;
  const auto reference =
      testing::read_json(testing::test_data("efficientnet_lite.json")).at(variant).at("real");
  for (const auto& [name, expected] : reference.at("images").items()) {
    const auto image = testing::shared_file("data/corel5k/images/" + name);
    if (image.empty()) GTEST_SKIP() << "the shared Corel-5k images are not here";
    const at::Tensor pooled = encoded(image, variant, "float32").pooled[0];
    const double largest = expected.at("pooled_max");
    EXPECT_NEAR(pooled.max().item<double>(), largest, tolerance * largest) << name;
    EXPECT_EQ(pooled.argmax().item<std::int64_t>(), expected.at("largest_channel").get<std::int64_t>())
        << name;
    EXPECT_NEAR(pooled.mean().item<double>(), expected.at("pooled_mean").get<double>(), tolerance / 10)
        << name;
    const auto first = expected.at("pooled").get<std::vector<double>>();
    for (std::size_t i = 0; i < first.size(); ++i)
      EXPECT_NEAR(pooled[static_cast<std::int64_t>(i)].item<double>(), first[i], tolerance * largest)
          << name << i;
  }
}

TEST(PublishedEfficientNetLite, Lite0AgreesWithPyPIsPackageOnPhotographs) {
  expect_published_features("lite0");
}
TEST(PublishedEfficientNetLite, Lite2AgreesWithPyPIsPackageOnPhotographs) {
  expect_published_features("lite2");
}
TEST(PublishedEfficientNetLite, Bfloat16KeepsTheDirectionOfFeatures) {
  const auto image = testing::shared_file("data/corel5k/images/10012.jpeg");
  if (image.empty() || !std::filesystem::exists(published_weights("lite2")))
    GTEST_SKIP() << "the shared Corel-5k images or the weights (packaging/fetch-weights) are not here";
  const at::Tensor exact = encoded(image, "lite2", "float32").pooled[0];
  const at::Tensor rounded = encoded(image, "lite2", "bfloat16").pooled[0];
  EXPECT_GT((exact.dot(rounded) / exact.norm() / rounded.norm()).item<double>(), 0.96);
}

}  // namespace
}  // namespace tagloom
