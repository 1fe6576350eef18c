#include "support/files.hpp"
#include "support/formula.hpp"

#include <tagloom/datasets/images/image.hpp>
#include <tagloom/datasets/images/preprocess.hpp>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace tagloom::datasets {
namespace {

at::Tensor formula_pixels(const std::string& name, std::int64_t height, std::int64_t width) {
  at::Tensor pixels = at::empty({height, width, 3}, at::kByte);
  for (std::int64_t i = 0; i < pixels.numel(); ++i)
    pixels.data_ptr<std::uint8_t>()[i] =
        static_cast<std::uint8_t>((testing::formula_value(name, static_cast<std::uint64_t>(i)) + 1) * 127.5);
  return pixels;
}

float value_at(const at::Tensor& input, const nlohmann::json& at) {
  return input[at[0].get<std::int64_t>()][at[1].get<std::int64_t>()][at[2].get<std::int64_t>()].item<float>();
}

// Growing, shrinking, both at once, a single pixel, and crops, as PyTorch's antialiased interpolation has
// them.
TEST(ToInput, AgreesWithPyTorch) {
  for (const auto& expected : testing::read_json(testing::test_data("featurecache_resize.json"))) {
    SCOPED_TRACE(expected["name"].get<std::string>());
    const Preprocessing preprocessing{
        .size = expected["size"],
        .rule = expected["rule"] == "squish" ? ResizeRule::squish : ResizeRule::center_crop,
        .resize_to = expected["resize_to"]};
    const at::Tensor input =
        to_input(formula_pixels(expected["name"], expected["height"], expected["width"]), preprocessing);
    EXPECT_NEAR(input.mean().item<double>(), expected["mean"].get<double>(), 1e-5);
    for (const auto& value : expected["values"])
      EXPECT_NEAR(value_at(input, value["at"]), value["value"].get<double>(), 1e-5) << value["at"];
  }
}

TEST(ToInput, AgreesWithTheReferenceOnPhotographs) {
  for (const auto& expected : testing::read_json(testing::test_data("preprocess.json"))) {
    const std::string name = expected["image"];
    SCOPED_TRACE(name);
    const auto path = testing::shared_file("data/corel5k/images/" + name);
    if (path.empty()) GTEST_SKIP() << "Corel-5k is not here";
    const cv::Mat rgb = datasets::read_image(path);
    const at::Tensor input =
        to_input(at::from_blob(rgb.data, {rgb.rows, rgb.cols, 3}, at::kByte), {.size = 448});
    for (std::int64_t color = 0; color < 3; ++color) {
      const auto c = static_cast<std::size_t>(color);
      EXPECT_NEAR(input[color].mean().item<double>(), expected["channel_means"][c].get<double>(), 1.0 / 255);
      for (const auto& pixel : expected["pixels"])
        EXPECT_NEAR(value_at(input, {color, pixel["row"], pixel["col"]}), pixel["rgb"][c].get<double>(),
                    3.0 / 255);
    }
  }
}

TEST(ToInput, SubtractsTheMeanAndDividesByStd) {
  const at::Tensor white = at::full({4, 6, 3}, 255, at::kByte);
  const at::Tensor input = to_input(white, {.size = 5, .mean = {0, 0.5F, 0.25F}, .std = {1, 0.5F, 0.25F}});
  EXPECT_EQ(input.sizes(), at::IntArrayRef({3, 5, 5}));
  EXPECT_EQ(input.scalar_type(), at::kFloat);
  EXPECT_TRUE(input[0].allclose(at::full({5, 5}, 1.0F), 1e-5, 1e-5));
  EXPECT_TRUE(input[1].allclose(at::full({5, 5}, 1.0F), 1e-5, 1e-5));
  EXPECT_TRUE(input[2].allclose(at::full({5, 5}, 3.0F), 1e-5, 1e-5));
}

TEST(ToInput, LeavesAnImageOfTheRightSizeAlone) {
  const at::Tensor pixels = formula_pixels("same", 6, 6);
  const at::Tensor expected = pixels.permute({2, 0, 1}).to(at::kFloat).div(255);
  EXPECT_TRUE(to_input(pixels, {.size = 6}).allclose(expected, 0, 1e-6));
}

TEST(ToInput, TakesPixelsThatAreNoPlainArray) {
  const at::Tensor pixels = formula_pixels("wide", 6, 12);
  const at::Tensor half = pixels.slice(1, 0, 12, 2);
  EXPECT_TRUE(to_input(half, {.size = 4}).equal(to_input(half.contiguous(), {.size = 4})));
}

TEST(ToInput, RefusesWhatIsNoImage) {
  EXPECT_THROW((void)to_input(at::zeros({4, 4}, at::kByte), {.size = 4}), c10::Error);
  EXPECT_THROW((void)to_input(at::zeros({4, 4, 3}), {.size = 4}), c10::Error);
  EXPECT_THROW((void)to_input(at::zeros({0, 4, 3}, at::kByte), {.size = 4}), c10::Error);
}

}  // namespace
}  // namespace tagloom::datasets
