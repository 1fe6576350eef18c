/// ONNX files as encoders, by the plugin as users load it.

#include "built_plugins.hpp"
#include "registry/kinds/encoder.hpp"
#include "support/files.hpp"
#include "support/onnx_writer.hpp"

#include <tagloom/conformance/encoder.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace tagloom {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using testing::built_plugins;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::OnnxNetworkFile;
using testing::OnnxNode;
using ::testing::ThrowsMessage;
using testing::write_text;

constexpr const char* kInput = "image_size=8\nmean=0.5,0.5,0.5\nstd=0.25,0.25,0.25\n";

at::Tensor weight() {
  return at::arange(4 * 3 * 3 * 3, at::kFloat).mul(0.7).sin().view({4, 3, 3, 3});
}
at::Tensor bias() {
  return at::tensor({0.1F, -0.2F, 0.3F, -0.4F});
}

std::vector<float> values_of(const at::Tensor& tensor) {
  return {tensor.data_ptr<float>(), tensor.data_ptr<float>() + tensor.numel()};
}

/// Convolution at stride 2 and ReLU, "map"; its mean, "pooled".
OnnxNetworkFile network() {
  return {.nodes = {{.op = "Conv",
                     .inputs = {"images", "weight", "bias"},
                     .output = "summed",
                     .integers = {{"kernel_shape", {3, 3}}, {"pads", {1, 1, 1, 1}}, {"strides", {2, 2}}}},
                    {.op = "Relu", .inputs = {"summed"}, .output = "map"},
                    {.op = "GlobalAveragePool", .inputs = {"map"}, .output = "pooled"}},
          .tensors = {{"weight", {{4, 3, 3, 3}, values_of(weight())}}, {"bias", {{4}, values_of(bias())}}},
          .inputs = {{"images", {-1, 3, -1, -1}}},
          .outputs = {{"map", {-1, 4, -1, -1}}},
          .metadata = {{"tagloom_options", kInput}}};
}

/// What LibTorch makes of the same, `[batch, pixels, channels]`.
at::Tensor expected_map(const at::Tensor& images) {
  return at::conv2d(images, weight(), bias(), /*stride=*/2, /*padding=*/1).relu().flatten(2).transpose(1, 2);
}

at::Tensor images(std::int64_t count, std::int64_t side = 8) {
  return at::arange(count * 3 * side * side, at::kFloat).mul(0.1).sin().view({count, 3, side, side});
}

class OnnxFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!built_plugins().has("onnx"))
      GTEST_SKIP()
          << "This build has no encoder onnx, for want of OpenVINO: docs/onnx.md says how to get it.";
  }
  std::string saved(const OnnxNetworkFile& network) {
    const fs::path path = folder_ / std::to_string(files_++) += ".onnx";
    write_text(path, testing::onnx_of(network));
    return path.string();
  }
  static std::unique_ptr<Encoder> encoder_of(const std::string& file, registry::Assignments options = {}) {
    options.emplace("module", file);
    options.emplace("precision", "float32");
    return built_plugins().create<Encoder>("onnx", options).component;
  }
  std::unique_ptr<Encoder> encoder(const OnnxNetworkFile& network,
                                   const registry::Assignments& options = {}) {
    return encoder_of(saved(network), options);
  }
  template <class Words>
  void expect_refused(const OnnxNetworkFile& network, const registry::Assignments& options,
                      const Words& words) {
    EXPECT_THAT([&] { encoder(network, options); }, ThrowsMessage<std::exception>(words));
  }

  testing::TemporaryFolder folder_;

 private:
  int files_ = 0;
};

void expect_near(const at::Tensor& found, const at::Tensor& expected, double tolerance = 1e-5) {
  ASSERT_EQ(found.sizes(), expected.sizes());
  EXPECT_LT((found - expected).abs().max().item<float>(), tolerance);
}

TEST_F(OnnxFiles, KeepTheEncodersPromises) {
  const std::string file = saved(network());
  EXPECT_THAT(conformance::check_encoder([&] { return encoder_of(file); }), IsEmpty());
}

TEST_F(OnnxFiles, ComputeWhatLibTorchComputesForAnyNumberOfImages) {
  const auto encoder = this->encoder(network());
  EXPECT_EQ(encoder->feature_shape(), (FeatureShape{.channels = 4, .map_height = 4, .map_width = 4}));
  for (const std::int64_t count : {1, 2, 3, 16, 33}) {
    const Features features = encoder->encode(images(count), {.pooled = true, .map = true});
    expect_near(features.map, expected_map(images(count)));
    expect_near(features.pooled, expected_map(images(count)).mean(1));
  }
  EXPECT_FALSE(encoder->encode(images(1), {}).map.defined());
}

TEST_F(OnnxFiles, InBfloat16AreNearTheSame) {
  const auto encoder = this->encoder(network(), {{"precision", "bfloat16"}});
  const at::Tensor map = encoder->encode(images(4), {.pooled = false, .map = true}).map;
  EXPECT_EQ(map.scalar_type(), at::kFloat);
  expect_near(map, expected_map(images(4)), 0.05);
}

TEST_F(OnnxFiles, SayThemselvesHowTheirImagesArePreparedUnlessThatIsSet) {
  EXPECT_EQ(encoder(network())->preprocessing(),
            (Preprocessing{.size = 8, .mean = {0.5F, 0.5F, 0.5F}, .std = {0.25F, 0.25F, 0.25F}}));
  EXPECT_EQ(encoder(network(), {{"image_size", "12"}})->preprocessing().size, 12);
  OnnxNetworkFile fixed = network();
  fixed.inputs = {{"images", {-1, 3, 10, 10}}};
  fixed.metadata = {};
  EXPECT_EQ(encoder(fixed, {{"mean", "0,0,0"}, {"std", "1,1,1"}})->preprocessing().size, 10);
}

TEST_F(OnnxFiles, ExportedForSomeNumberOfImagesTakeAnyOther) {
  OnnxNetworkFile three = network();
  three.inputs = {{"images", {3, 3, 8, 8}}};
  three.outputs = {{"map", {3, 4, 4, 4}}};
  const auto encoder = this->encoder(three);
  for (const std::int64_t count : {1, 3, 7})
    expect_near(encoder->encode(images(count), {.map = true}).map, expected_map(images(count)));
}

TEST_F(OnnxFiles, WithTheChannelsLastComputeTheSame) {
  OnnxNetworkFile last = network();
  last.nodes.insert(
      last.nodes.begin(),
      OnnxNode{
          .op = "Transpose", .inputs = {"pixels"}, .output = "images", .integers = {{"perm", {0, 3, 1, 2}}}});
  last.nodes.push_back(
      {.op = "Transpose", .inputs = {"map"}, .output = "places", .integers = {{"perm", {0, 2, 3, 1}}}});
  last.inputs = {{"pixels", {-1, -1, -1, 3}}};
  last.outputs = {{"places", {-1, -1, -1, 4}}};
  expect_near(encoder(last)->encode(images(5), {.map = true}).map, expected_map(images(5)));
}

TEST_F(OnnxFiles, OfSeveralOutputsGiveThoseThatAreNamed) {
  OnnxNetworkFile both = network();
  both.nodes.push_back({.op = "Neg", .inputs = {"pooled"}, .output = "negative"});
  both.outputs = {{"map", {-1, 4, -1, -1}}, {"negative", {-1, 4, 1, 1}}};
  const Features features =
      encoder(both, {{"map", "map"}, {"pooled", "1"}})->encode(images(2), {.map = true});
  expect_near(features.map, expected_map(images(2)));
  expect_near(features.pooled, -expected_map(images(2)).mean(1));
  const auto pooled = encoder(both, {{"pooled", "negative"}});
  EXPECT_EQ(pooled->feature_shape(), (FeatureShape{.channels = 4, .map_height = 1, .map_width = 1}));
  expect_refused(both, {}, AllOf(HasSubstr("has 2 outputs"), HasSubstr("map"), HasSubstr("negative")));
  expect_refused(both, {{"map", "last"}}, AllOf(HasSubstr("map=last is no output"), HasSubstr("negative")));
}

TEST_F(OnnxFiles, HaveTheFingerprintOfAllTheirFilesAndOfWhatIsTaken) {
  OnnxNetworkFile outside = network();
  outside.tensors["weight"].location = "weights.bin";
  const std::string file = saved(outside);
  const auto fingerprint = [&](float changed, const registry::Assignments& options) {
    write_text(folder_ / "weights.bin", testing::bytes_of(values_of(weight() + changed)));
    return encoder_of(file, options)->weights().fingerprint;
  };
  EXPECT_EQ(fingerprint(0, {}), fingerprint(0, {}));
  EXPECT_NE(fingerprint(0, {}), fingerprint(1, {}));
  EXPECT_NE(fingerprint(0, {}), fingerprint(0, {{"map", "map"}}));
  write_text(folder_ / "weights.bin", testing::bytes_of(values_of(weight())));
  expect_near(encoder_of(file)->encode(images(2), {.map = true}).map, expected_map(images(2)));
  fs::remove(folder_ / "weights.bin");
  EXPECT_THAT([&] { encoder_of(file); },
              ThrowsMessage<std::exception>(HasSubstr("weights.bin, which is not there")));
  outside.tensors["weight"].location = "../weights.bin";
  expect_refused(outside, {}, HasSubstr("which is not beside it"));
}

TEST_F(OnnxFiles, ThatDoNotFitAreRefusedInASentence) {
  OnnxNetworkFile strange = network();
  strange.nodes[1] = {.op = "Sparkle", .inputs = {"summed"}, .output = "map", .domain = "com.example"};
  expect_refused(strange, {},
                 AllOf(HasSubstr("operators that OpenVINO does not have"), HasSubstr("Sparkle")));

  OnnxNetworkFile two = network();
  two.inputs.push_back({"words", {-1, 77}});
  expect_refused(two, {}, AllOf(HasSubstr("takes 2 inputs"), HasSubstr("words")));

  OnnxNetworkFile flat = network();
  flat.nodes = {{.op = "Relu", .inputs = {"images"}, .output = "map"}};
  flat.inputs = {{"images", {-1, 12}}};
  flat.outputs = {{"map", {-1, 12}}};
  expect_refused(flat, {}, HasSubstr("which are no images"));
  flat.inputs = {{"images", {-1, 1, 8, 8}}};
  flat.outputs = {{"map", {-1, 1, 8, 8}}};
  expect_refused(flat, {}, HasSubstr("no images of three colours"));
  expect_refused(network(), {{"pooled", "map"}}, HasSubstr("not [images, channels]"));

  OnnxNetworkFile sized = network();
  sized.inputs = {{"images", {-1, 3, 8, 8}}};
  sized.tensors["places"] = {{1, 4, 4, 4}, std::vector<float>(64, 1)};
  sized.nodes[1] = {.op = "Add", .inputs = {"summed", "places"}, .output = "map"};
  expect_refused(sized, {{"image_size", "32"}},
                 AllOf(HasSubstr("cannot be given"), HasSubstr("set image_size")));

  OnnxNetworkFile dynamic = network();
  dynamic.nodes.push_back({.op = "NonZero", .inputs = {"map"}, .output = "places"});
  dynamic.nodes.push_back({.op = "Cast", .inputs = {"places"}, .output = "found", .integers = {}});
  dynamic.nodes.pop_back();
  dynamic.outputs = {{"places", {4, -1}}};
  expect_refused(dynamic, {}, HasSubstr("its shape depends on what is in them"));

  OnnxNetworkFile bare = network();
  bare.metadata = {};
  expect_refused(bare, {}, HasSubstr("is not three numbers"));
  bare.metadata = {{"tagloom_options", "colour=blue\n"}};
  expect_refused(bare, {}, HasSubstr("the option colour"));
}

TEST_F(OnnxFiles, WithFieldsOfAnotherTypeAreReadWithoutThem) {
  constexpr std::string_view kKeyThatIsANumber("\x72\x04\x08\x75\x12\x00", 6);
  const fs::path file = folder_ / "number.onnx";
  write_text(file, testing::onnx_of(network()).append(kKeyThatIsANumber));
  EXPECT_EQ(encoder_of(file.string())->preprocessing().size, 8);
}

TEST_F(OnnxFiles, AreToldFromOtherFiles) {
  const auto refused = [](const fs::path& file, const std::string& words) {
    EXPECT_THAT([&] { encoder_of(file.string()); },
                ThrowsMessage<std::exception>(AllOf(HasSubstr(file.string()), HasSubstr(words))));
  };
  refused(folder_ / "none.onnx", "there is no file");
  for (const char* text : {"", "no network", "<!DOCTYPE html><html></html>"}) {
    write_text(folder_ / "text.onnx", text);
    refused(folder_ / "text.onnx", "is no ONNX model, or a damaged one");
  }
  const fs::path damaged = saved(network());
  fs::resize_file(damaged, fs::file_size(damaged) / 2);
  refused(damaged, "is no ONNX model, or a damaged one");
  EXPECT_THAT([] { (void)built_plugins().create<Encoder>("onnx", {}); },
              ThrowsMessage<std::exception>(HasSubstr("--set encoder.module=FILE.onnx")));
}

}  // namespace
}  // namespace tagloom
