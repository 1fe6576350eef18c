/// An ONNX file from its features to tagged pictures, by the real program.

#include "journey.hpp"
#include "support/onnx_writer.hpp"
#include "tagloom_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

namespace tagloom {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::journey;
using testing::run_tagloom;

std::vector<float> waves(std::size_t count) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i)
    values[i] = std::sin(static_cast<float>(i) * 1.7F);
  return values;
}

/// Sixteen channels from blocks of 8 x 8 pixels.
std::string network() {
  return testing::onnx_of({.nodes = {{.op = "Conv",
                                      .inputs = {"images", "weight"},
                                      .output = "summed",
                                      .integers = {{"kernel_shape", {8, 8}}, {"strides", {8, 8}}}},
                                     {.op = "Relu", .inputs = {"summed"}, .output = "map"}},
                           .tensors = {{"weight", {{16, 3, 8, 8}, waves(16 * 3 * 64)}}},
                           .inputs = {{"images", {-1, 3, 32, 32}}},
                           .outputs = {{"map", {-1, 16, 4, 4}}},
                           .metadata = {{"tagloom_options", "mean=0.5,0.5,0.5\nstd=0.25,0.25,0.25\n"}}});
}

void expect_success(const std::vector<std::string>& arguments, std::string* out = nullptr) {
  const auto result = run_tagloom(arguments);
  ASSERT_EQ(result.status, 0) << result.err;
  if (out != nullptr) *out = result.out;
}

TEST(Onnx, FilesMakeFeaturesThatTrainAndAreFoundAgainToTagPictures) {
  if (run_tagloom({"plugins", "inspect", "onnx"}).status != 0)
    GTEST_SKIP() << "This build has no encoder onnx, for want of OpenVINO: docs/onnx.md says how to get it.";
  const testing::TemporaryFolder folder;
  const std::string file = folder / "backbone.onnx";
  const std::string cache = folder / "features.h5";
  const std::string model = folder / "model.safetensors";
  testing::write_text(file, network());
  expect_success({"cache", "build", "--data", journey().data, "--out", cache, "--encoder", "onnx", "--set",
                  "encoder.module=" + file, "--map"});
  expect_success({"train", "--data", journey().data, "--cache", cache, "--out", model, "--epochs", "1",
                  "--set", "decoder.hidden=16"});
  std::string tags;
  expect_success({"annotate", model, (fs::path(journey().data) / "images").string()}, &tags);
  EXPECT_FALSE(tags.empty());

  fs::rename(file, folder / "elsewhere.onnx");
  const auto lost = run_tagloom({"annotate", model, (fs::path(journey().data) / "images").string()});
  EXPECT_NE(lost.status, 0);
  EXPECT_THAT(lost.err, HasSubstr("--encoder-weights"));
  std::string again;
  expect_success({"annotate", model, (fs::path(journey().data) / "images").string(), "--encoder-weights",
                  folder / "elsewhere.onnx"},
                 &again);
  EXPECT_EQ(again, tags);
}

}  // namespace
}  // namespace tagloom
