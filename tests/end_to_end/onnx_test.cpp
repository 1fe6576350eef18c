/// An ONNX file from its features to tagged pictures, by the real program.

#include "journey.hpp"
#include "support/onnx_writer.hpp"
#include "tagloom_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <regex>

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

bool is_missing() {
  return run_tagloom({"plugins", "inspect", "onnx"}).status != 0;
}
constexpr const char* kMissing =
    "This build has no encoder onnx, for want of OpenVINO: docs/onnx.md says how to get it.";

TEST(Onnx, FilesMakeFeaturesThatTrainAndAreFoundAgainToTagPictures) {
  if (is_missing()) GTEST_SKIP() << kMissing;
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

/// LibTorch, what it computes with, and what OpenVINO has copies of.
bool is_of_others(const std::string& library) {
  static const std::regex others("/lib(torch|c10|dnnl|mkl|openblas|protobuf|gomp|iomp)[^/]*$");
  return std::regex_search(library, others);
}

/// Whether the symbol is of a template or a class of the C++ library, of which a program has one copy,
/// whoever brought it; or OpenVINO's own.
bool is_anybodys(const std::string& symbol) {
  static const std::regex pattern("^_Z(GV|T[ISVTC]|Z)*(N[KVRO]*)?(St|S[absiod]|9__gnu_cxx|2ov)");
  return std::regex_search(symbol, pattern);
}

TEST(Onnx, FilesAreComputedByOpenVinosOwnLibrariesWhateverLibTorchBringsAlong) {
  if (is_missing()) GTEST_SKIP() << kMissing;
  const testing::TemporaryFolder folder;
  const std::string file = folder / "backbone.onnx";
  testing::write_text(file, network());
  const auto built =
      run_tagloom({"cache", "build", "--data", journey().data, "--out", folder / "features.h5", "--encoder",
                   "onnx", "--set", "encoder.module=" + file},
                  {{"LD_BIND_NOW", "1"}, {"LD_DEBUG", "bindings"}, {"LD_DEBUG_OUTPUT", folder / "bindings"}});
  ASSERT_EQ(built.status, 0) << built.err;
  const std::regex binding("binding file (\\S+) \\[0\\] to (\\S+) \\[0\\]: \\w+ symbol `([^']+)'");
  int of_openvino = 0;
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    if (!entry.path().filename().string().starts_with("bindings")) continue;
    std::ifstream lines(entry.path());
    for (std::string line; std::getline(lines, line);) {
      // Nearly all lines end here, which is cheaper than a regular expression.
      if (line.find("libopenvino") == std::string::npos) continue;
      std::smatch parts;
      if (!std::regex_search(line, parts, binding)) continue;
      const std::string from = parts[1];
      const std::string to = parts[2];
      if (from.find("/libopenvino") != std::string::npos) ++of_openvino;
      const bool crosses = (from.find("/libopenvino") != std::string::npos && is_of_others(to)) ||
                           (is_of_others(from) && to.find("/libopenvino") != std::string::npos);
      EXPECT_FALSE(crosses && !is_anybodys(parts[3])) << line;
    }
  }
  EXPECT_GT(of_openvino, 0) << "the loader said nothing of OpenVINO";
}

}  // namespace
}  // namespace tagloom
