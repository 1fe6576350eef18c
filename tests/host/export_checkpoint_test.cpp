/// From a trained checkpoint to a file that tags real pictures by LibTorch alone as `annotate` does.

#include "export/export_checkpoint.hpp"

#include "annotation/annotator.hpp"
#include "annotation_world.hpp"
#include "support/exported_tagger.hpp"
#include "support/files.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/new_file.hpp>
#include <tagloom/datasets/images/image.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <opencv2/core/mat.hpp>
#include <torch/csrc/jit/serialization/import.h>

#include <filesystem>

namespace tagloom::torchscript {
namespace {

using annotation::painted_world;
using annotation::painters;
using tagloom::testing::TemporaryFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;

std::vector<at::Tensor> painted_pictures() {
  std::vector<at::Tensor> pictures;
  for (const auto& entry : std::filesystem::directory_iterator(painted_world().pictures())) {
    const cv::Mat rgb = datasets::read_image(entry.path());
    pictures.push_back(at::from_blob(rgb.data, {rgb.rows, rgb.cols, 3}, at::kByte).clone());
  }
  return pictures;
}

std::vector<std::string> warnings_of(const ExportConfig& config) {
  std::vector<std::string> warnings;
  (void)export_checkpoint(config, painters(),
                          [&](const std::string& sentence) { warnings.push_back(sentence); });
  return warnings;
}

class EveryModel : public ::testing::TestWithParam<const char*> {
 protected:
  [[nodiscard]] std::filesystem::path model() const {
    const std::string name = GetParam();
    if (name == "ria") return painted_world().ria();
    return name == "attention" ? painted_world().attention() : painted_world().classifier();
  }
};

INSTANTIATE_TEST_SUITE_P(, EveryModel, ::testing::Values("ria", "attention", "classifier"),
                         [](const auto& model) { return std::string(model.param); });

TEST_P(EveryModel, IsExportedWithTheTagsAndConfidencesThatTheAnnotatorFinds) {
  const TemporaryFolder folder;
  const ExportConfig config{
      .model = model(), .output = folder / "model.pt", .encoder = {.weights = painted_world().weights()}};
  const ExportResult result = export_checkpoint(config, painters(), [](const std::string&) {});
  EXPECT_EQ(result.bytes, std::filesystem::file_size(config.output));
  const auto pictures = painted_pictures();
  const auto tags = exported::tags_of(config.output, pictures);
  const annotation::Annotator annotator({.model = model(), .encoder = config.encoder, .device = "cpu"},
                                        painters());
  std::size_t labels = 0;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const auto expected = annotator(annotator.prepared(pictures[i]).unsqueeze(0)).front().tags;
    ASSERT_EQ(tags[i].size(), expected.size()) << "picture " << i;
    for (std::size_t k = 0; k < expected.size(); ++k) {
      EXPECT_EQ(tags[i][k].label, expected[k].label);
      EXPECT_NEAR(tags[i][k].confidence, expected[k].confidence, 1e-4);
    }
    labels += expected.size();
  }
  EXPECT_GT(labels, pictures.size() / 2);
}

TEST(ExportCheckpoint, SaysInTheFileWhereItComesFrom) {
  const TemporaryFolder folder;
  const ExportConfig config{.model = painted_world().ria(),
                            .output = folder / "model.pt",
                            .encoder = {.weights = painted_world().weights()}};
  (void)warnings_of(config);
  torch::jit::ExtraFilesMap files{{"tagloom.json", ""}};
  (void)torch::jit::load(config.output.string(), at::kCPU, files);
  const auto description = nlohmann::json::parse(files.at("tagloom.json"));
  EXPECT_EQ(description.at("format"), 1);
  EXPECT_EQ(description.at("model"), "ria");
  EXPECT_EQ(description.at("encoder"), "mean_colour");
  EXPECT_GT(description.at("labels").size(), 2U);
}

TEST(ExportCheckpoint, LeavesTheOldFileWhereTheWeightsAreOthers) {
  const TemporaryFolder folder;
  replace_file(folder / "other.txt", "7");
  replace_file(folder / "model.pt", "as it was");
  const ExportConfig config{.model = painted_world().ria(),
                            .output = folder / "model.pt",
                            .encoder = {.weights = folder / "other.txt"}};
  EXPECT_THAT([&] { (void)warnings_of(config); },
              ThrowsMessage<DataError>(AllOf(HasSubstr("other weights"), HasSubstr("--encoder-weights"))));
  EXPECT_EQ(tagloom::testing::read_text(config.output), "as it was");
}

}  // namespace
}  // namespace tagloom::torchscript
