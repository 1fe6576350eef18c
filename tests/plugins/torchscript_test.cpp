/// Modules of torch.jit as encoders.

#include "places.hpp"
#include "support/archives.hpp"
#include "support/files.hpp"
#include "torchscript/torchscript_encoder.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/zip_archive.hpp>
#include <tagloom/conformance/encoder.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/api/module.h>

#include <cstdlib>

namespace tagloom {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::TemporaryFolder;
using testing::test_data;
using ::testing::ThrowsMessage;
using testing::write_text;
using testing::zip_of;
namespace fs = std::filesystem;

using Assignments = std::map<std::string, std::string>;

/// How the module's input is prepared, which every one of these files says.
constexpr const char* kInput = "image_size=8\nmean=0.5,0.5,0.5\nstd=0.25,0.25,0.25\n";

/// The statements of a module's forward(self, x), where self.w is [4, 3, 1, 1].
struct Scripted {
  std::string forward;
  std::string says = kInput;
};

const char* const kMap = "  return torch.conv2d(torch.avg_pool2d(x, [2, 2]), self.w)\n";
const char* const kTokens =
    "  map = torch.conv2d(torch.avg_pool2d(x, [2, 2]), self.w).flatten(2).transpose(1, 2)\n"
    "  first = map.sum(1, True)\n";

class TorchScriptModules : public ::testing::Test {
 protected:
  fs::path saved(const Scripted& scripted) {
    torch::jit::Module module("tiny");
    module.register_parameter("w", at::arange(12, at::kFloat).view({4, 3, 1, 1}).sub(5), /*is_buffer=*/false);
    module.define("def forward(self, x):\n" + scripted.forward);
    const fs::path path = folder_ / fmt::format("{}.pt", files_++);
    module.save(path.string(), {{"tagloom_options", scripted.says}});
    return path;
  }
  TorchScriptEncoder encoder(const Scripted& scripted, Assignments options = {}) {
    if (!options.contains("module")) options.emplace("module", saved(scripted).string());
    return TorchScriptEncoder(Options("encoder torchscript", TorchScriptEncoder::options(), options));
  }
  template <class Expected, class Words>
  void expect_refused(const Scripted& scripted, const Assignments& options, const Words& words) {
    EXPECT_THAT([&] { encoder(scripted, options); }, ThrowsMessage<Expected>(words)) << scripted.forward;
  }

  TemporaryFolder folder_;
  int files_ = 0;
};

at::Tensor images() {
  return at::arange(2 * 3 * 8 * 8, at::kFloat).mul(0.1).sin().view({2, 3, 8, 8});
}

TEST_F(TorchScriptModules, ThatGiveAMapKeepTheEncodersPromises) {
  const std::string file = saved({kMap});
  const auto create = [&] {
    return std::make_unique<TorchScriptEncoder>(
        Options("encoder torchscript", TorchScriptEncoder::options(), {{"module", file}}));
  };
  EXPECT_THAT(conformance::check_encoder(create), IsEmpty());
}

TEST_F(TorchScriptModules, ThatGiveAPooledFeatureAloneHaveItAsAMapOfOnePixel) {
  TorchScriptEncoder pooled = encoder({"  return torch.conv2d(x, self.w).mean([2, 3])\n"});
  EXPECT_EQ(pooled.feature_shape(), (FeatureShape{.channels = 4, .map_height = 1, .map_width = 1}));
  const Features features = pooled.encode(images(), {.pooled = true, .map = true});
  EXPECT_TRUE(features.map.squeeze(1).equal(features.pooled));
  EXPECT_FALSE(pooled.encode(images(), {}).map.defined());
}

TEST_F(TorchScriptModules, SayThemselvesHowTheirImagesArePreparedUnlessThatIsSet) {
  const Scripted scripted{kMap,
                          "image_size=16\nresize=center_crop\nresize_to=20\nmean=0.1,0.2,0.3\nstd=1,2,3\n"};
  const Preprocessing own{.size = 16,
                          .rule = ResizeRule::center_crop,
                          .resize_to = 20,
                          .mean = {0.1F, 0.2F, 0.3F},
                          .std = {1, 2, 3}};
  EXPECT_EQ(encoder(scripted).preprocessing(), own);
  Preprocessing other = own;
  other.size = 12;
  other.mean = {0, 0, 0};
  EXPECT_EQ(encoder(scripted, {{"image_size", "12"}, {"mean", "0,0,0"}}).preprocessing(), other);
}

TEST_F(TorchScriptModules, OfSeveralOutputsGiveThoseThatAreNamedByIndexOrKey) {
  const at::Tensor map = encoder({kMap}).encode(images(), {.pooled = false, .map = true}).map;
  const auto check = [&](const std::string& result, const Assignments& options) {
    TorchScriptEncoder both = encoder({std::string(kTokens) + result}, options);
    const Features features = both.encode(images(), {.pooled = true, .map = true});
    EXPECT_TRUE(features.map.equal(map)) << result;
    EXPECT_TRUE(features.pooled.allclose(map.sum(1), 1e-4, 1e-4)) << result;
    EXPECT_EQ(both.feature_shape(), (FeatureShape{.channels = 4, .map_height = 4, .map_width = 4}));
  };
  check("  return (map, first.squeeze(1))\n", {{"map", "0"}, {"pooled", "1"}});
  check("  return [map, first.squeeze(1)]\n", {{"map", "0"}, {"pooled", "1"}});
  check("  return {\"last\": map, \"pool\": first.squeeze(1)}\n", {{"map", "last"}, {"pooled", "pool"}});
}

TEST_F(TorchScriptModules, OfATransformerLoseTheTokensThatAreNoPlaces) {
  const at::Tensor map = encoder({kMap}).encode(images(), {.pooled = false, .map = true}).map;
  const auto tokens = [&](const std::string& front, const Assignments& options) {
    return encoder({std::string(kTokens) + "  return torch.cat([" + front + "map], 1)\n"}, options)
        .encode(images(), {.pooled = false, .map = true})
        .map;
  };
  EXPECT_TRUE(tokens("", {}).equal(map));
  EXPECT_TRUE(tokens("first, ", {}).equal(map));
  EXPECT_TRUE(tokens("first, first, first, ", {{"class_tokens", "3"}}).equal(map));
  expect_refused<UsageError>({std::string(kTokens) + "  return torch.cat([first, first, map], 1)\n"}, {},
                             AllOf(HasSubstr("18 tokens"), HasSubstr("set class_tokens")));
}

TEST_F(TorchScriptModules, HaveTheFingerprintOfTheirFileAndOfWhatIsTakenFromIt) {
  const std::string two = saved({std::string(kTokens) + "  return (map, first)\n"});
  const auto fingerprint = [&](const std::string& file, const std::string& map) {
    return encoder({}, {{"module", file}, {"map", map}}).weights().fingerprint;
  };
  EXPECT_EQ(fingerprint(two, "0"), fingerprint(two, "0"));
  EXPECT_NE(fingerprint(two, "0"), fingerprint(two, "1"));
  EXPECT_NE(fingerprint(two, "0"), fingerprint(saved({std::string(kTokens) + "  return (map, map)\n"}), "0"));
}

TEST_F(TorchScriptModules, ThatDoNotFitAreRefusedInASentence) {
  const std::string pair = std::string(kTokens) + "  return (map, first)\n";
  expect_refused<UsageError>({pair}, {}, AllOf(HasSubstr("returns Tuple"), HasSubstr("which of 0, 1")));
  expect_refused<UsageError>({pair}, {{"map", "2"}}, HasSubstr("map=2 is no tensor"));
  expect_refused<UsageError>({pair}, {{"pooled", "0"}}, HasSubstr("pooled feature is [2, 16, 4]"));
  expect_refused<UsageError>({kMap}, {{"map", "0"}}, HasSubstr("it returns one tensor"));
  expect_refused<UsageError>({"  return x.sum()\n"}, {}, HasSubstr("map is []"));
  expect_refused<UsageError>({"  return x[:1]\n"}, {}, HasSubstr("features of 1 images for 2"));
  expect_refused<UsageError>({std::string(kTokens) + "  return (map, x.mean([2, 3]))\n"},
                             {{"map", "0"}, {"pooled", "1"}}, HasSubstr("3 channels and its map 4"));
  expect_refused<NumericError>({"  return x / x\n"}, {}, HasSubstr("not finite"));
  expect_refused<DataError>({kMap}, {{"image_size", "1"}},
                            AllOf(HasSubstr("fails on images of 1 x 1 pixels"), HasSubstr("too small")));
  expect_refused<UsageError>({kMap, ""}, {}, HasSubstr("is not three numbers"));
  expect_refused<UsageError>({kMap, "mean=0,0,0\nstd=1,1,1\n"}, {}, HasSubstr("set image_size"));
  expect_refused<UsageError>({kMap}, {{"mean", "1,2,3,4"}}, HasSubstr("more than three"));
  for (const char* mean : {"1,2", "1 2 3", "1,2,", "1,nan,3"})
    expect_refused<UsageError>({kMap}, {{"mean", mean}}, HasSubstr("is not three numbers"));
  expect_refused<UsageError>({kMap}, {{"resize", "center_crop"}}, HasSubstr("set resize_to to 8 or more"));
  expect_refused<DataError>({kMap, "colour=blue\n"}, {}, HasSubstr("the option colour"));
  expect_refused<DataError>({kMap, "blue\n"}, {}, HasSubstr("the line blue"));
}

TEST_F(TorchScriptModules, AreToldFromOtherFiles) {
  const auto refused = [&](const fs::path& file, const std::string& words) {
    expect_refused<DataError>({kMap}, {{"module", file.string()}},
                              AllOf(HasSubstr(file.string()), HasSubstr(words)));
  };
  write_text(folder_ / "text.pt", "no module");
  refused(folder_ / "text.pt", "is no TorchScript module; trace_backbone.py");
  refused(folder_ / "none.pt", "there is no file");
  const fs::path damaged = saved({kMap});
  fs::resize_file(damaged, fs::file_size(damaged) / 2);
  refused(damaged, "damaged zip archive");
  refused(test_data("weights/attributes.pth"), "holds weights alone");
  write_text(folder_ / "pictures.pt", zip_of({{"a.jpg", "a picture"}}));
  refused(folder_ / "pictures.pt", "is a zip archive, but no TorchScript module");
  EXPECT_THAT([&] { TorchScriptEncoder(Options("encoder torchscript", TorchScriptEncoder::options(), {})); },
              ThrowsMessage<UsageError>(HasSubstr("--set encoder.module=FILE")));
}

/// The same file, of which every member has other words in the place of some.
fs::path with_other_words(const fs::path& file, const std::string& words, const std::string& others) {
  ZipArchive zip(file);
  std::vector<testing::Member> members;
  for (const ZipArchive::Entry& entry : zip.entries()) {
    std::string content(entry.bytes, '\0');
    zip.open(entry);
    EXPECT_EQ(zip.read(std::as_writable_bytes(std::span(content))), content.size());
    for (std::size_t at = 0; (at = content.find(words, at)) != std::string::npos; at += others.size())
      content.replace(at, words.size(), others);
    members.push_back({entry.name, content});
  }
  write_text(file, zip_of(members));
  return file;
}

TEST_F(TorchScriptModules, ThatNeedWhatLibTorchLacksSayWhat) {
  const fs::path vision = with_other_words(saved({kMap}), "torch.avg_pool2d", "ops.torchvision.nms");
  expect_refused<DataError>(
      {kMap}, {{"module", vision.string()}},
      AllOf(HasSubstr("needs the operator torchvision::nms"), HasSubstr("trace the model")));
  const fs::path newer = with_other_words(saved({kMap}), "torch.avg_pool2d", "torch.pool_of_tomorrow");
  expect_refused<DataError>({kMap}, {{"module", newer.string()}},
                            AllOf(HasSubstr("cannot load the module"), HasSubstr("pool_of_tomorrow"),
                                  HasSubstr("trace it by one that is not newer")));
}

/// The interpreter whose packages the script is tried with.
std::string python() {
  const char* const given = std::getenv("TAGLOOM_TEST_PYTHON");
  return given != nullptr ? given : "python3";
}

bool has_packages() {
  const std::string command = python() + " -c 'import torch, timm, torchvision' > /dev/null 2>&1";
  return std::system(command.c_str()) == 0;
}

TEST_F(TorchScriptModules, OfTimmAndTorchvisionAreMadeByTheScript) {
  if (!has_packages())
    GTEST_SKIP()
        << "Python's torch, timm and torchvision are not there; TAGLOOM_TEST_PYTHON names one that has them.";
  const fs::path script =
      fs::path(TAGLOOM_TEST_BINARY).parent_path().parent_path() / "share/tagloom/trace_backbone.py";
  const auto made = [&](const std::string& model, const std::string& name) {
    const std::string file = folder_ / name;
    const std::string command = fmt::format("{} {} {} {} --random --image-size 64 > {}.log 2>&1", python(),
                                            script.string(), model, file, file);
    EXPECT_EQ(std::system(command.c_str()), 0) << testing::read_text(file + ".log");
    return encoder({}, {{"module", file}});
  };
  TorchScriptEncoder of_timm = made("timm:resnet18", "timm.pt");
  TorchScriptEncoder of_torchvision = made("torchvision:resnet18", "torchvision.pt");
  TorchScriptEncoder transformer = made("timm:vit_tiny_patch16_224", "vit.pt");
  const FeatureShape resnet{.channels = 512, .map_height = 2, .map_width = 2};
  EXPECT_EQ(of_timm.feature_shape(), resnet);
  EXPECT_EQ(of_torchvision.feature_shape(), resnet);
  EXPECT_EQ(transformer.feature_shape(), (FeatureShape{.channels = 192, .map_height = 4, .map_width = 4}));
  EXPECT_EQ(transformer.preprocessing().size, 64);
  const at::Tensor pictures = at::rand({3, 3, 64, 64});
  for (TorchScriptEncoder* each : {&of_timm, &of_torchvision, &transformer}) {
    const Features features = each->encode(pictures, {.pooled = true, .map = true});
    EXPECT_TRUE(features.pooled.isfinite().all().item<bool>());
    EXPECT_EQ(features.map.size(0), 3);
  }
}

}  // namespace
}  // namespace tagloom
