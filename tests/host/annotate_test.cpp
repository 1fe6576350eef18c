/// From pixels to labels with confidences.

#include "annotation/annotate.hpp"

#include "annotation_world.hpp"
#include "checkpoint/checkpoint.hpp"
#include "evaluation/compare.hpp"
#include "support/stop_note.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/datasets/images/image.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <map>
#include <sstream>

namespace tagloom::annotation {
namespace {

using tagloom::testing::read_text;
using tagloom::testing::TemporaryFolder;
using tagloom::testing::write_text;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;
namespace fs = std::filesystem;

/// What a sink was given.
struct Collected {
  std::vector<Annotation> annotations;
  std::vector<Unreadable> unreadable;
  int finished = 0;
};

struct Collector : Sink {
  explicit Collector(Collected& collected) : into(collected) {}
  void write(const Annotation& annotation) override { into.annotations.push_back(annotation); }
  void leave_out(const Unreadable& picture) override { into.unreadable.push_back(picture); }
  void finish() override { ++into.finished; }
  Collected& into;
};

AnnotateConfig config_of(const fs::path& model, const fs::path& input = painted_world().pictures()) {
  return {.annotator = {.model = model, .device = "cpu"}, .inputs = {input}};
}

Collected collected(const AnnotateConfig& config) {
  Collected collected;
  const MakeSinks collecting = [&](const Annotator&, std::span<const features::ImageFile>) {
    std::vector<std::unique_ptr<Sink>> sinks;
    sinks.push_back(std::make_unique<Collector>(collected));
    return sinks;
  };
  EXPECT_TRUE(annotate(config, painters(), {}, collecting).finished);
  EXPECT_EQ(collected.finished, 1);
  return collected;
}

using Labels = std::vector<std::string>;

std::map<std::string, Labels> labels_of(const std::vector<Annotation>& annotations) {
  std::map<std::string, Labels> labels;
  for (const Annotation& annotation : annotations) {
    Labels& own = labels[annotation.name];
    for (const Tag& tag : annotation.tags)
      own.push_back(tag.label);
  }
  return labels;
}

std::map<std::string, Labels> evaluated(const fs::path& model, std::int64_t beam) {
  const auto comparison = evaluation::compare({.data = painted_world().data(),
                                               .caches = {painted_world().cache()},
                                               .checkpoints = {model},
                                               .splits = {"test"},
                                               .search = {.beam_width = beam},
                                               .device = "cpu"},
                                              painters(), [](const evaluation::ScoredSplit&) {});
  std::map<std::string, Labels> labels;
  const evaluation::ScoredSplit& row = comparison.rows.at(1);
  for (std::size_t i = 0; i < row.predictions.size(); ++i) {
    Labels& own = labels[row.image_names[i]];
    for (const std::int64_t label : row.predictions[i].labels)
      own.push_back(comparison.vocabulary.label(label));
  }
  return labels;
}

TEST(Annotate, GivesTheLabelsThatEvaluationPredicts) {
  for (const fs::path& model :
       {painted_world().ria(), painted_world().attention(), painted_world().classifier()}) {
    for (const std::int64_t beam : {1, 3}) {
      AnnotateConfig config = config_of(model);
      config.annotator.search.beam_width = beam;
      const auto annotated = labels_of(collected(config).annotations);
      EXPECT_EQ(annotated.size(), 80U);
      for (const auto& [name, labels] : evaluated(model, beam))
        EXPECT_EQ(annotated.at(name), labels) << model << " " << beam << " " << name;
    }
  }
}

TEST(Annotate, GivesConfidencesByTheCheckpointsCalibration) {
  const TemporaryFolder folder;
  for (const fs::path& trained : {painted_world().ria(), painted_world().classifier()}) {
    checkpoint::Checkpoint model = checkpoint::read_checkpoint(trained);
    const auto confidence_at = [&](double temperature) {
      model.calibration = checkpoint::Calibration{.temperature = temperature};
      write_checkpoint(folder / "m.safetensors", model);
      return collected(config_of(folder / "m.safetensors")).annotations;
    };
    const auto sure = confidence_at(0.01);
    const auto unsure = confidence_at(1e4);
    for (std::size_t i = 0; i < sure.size(); ++i) {
      ASSERT_EQ(sure[i].tags.size(), unsure[i].tags.size());
      for (std::size_t j = 0; j < sure[i].tags.size(); ++j)
        EXPECT_NEAR(unsure[i].tags[j].confidence, 0.5F, 0.01F);
    }
    const auto first = std::ranges::find_if(sure, [](const auto& picture) { return !picture.tags.empty(); });
    ASSERT_NE(first, sure.end());
    EXPECT_GT(std::max(first->tags[0].confidence, 1 - first->tags[0].confidence), 0.99F);
  }
}

TEST(Annotate, SaysWhereConfidencesAreNotCalibratedAndWhy) {
  const TemporaryFolder folder;
  checkpoint::Checkpoint model = checkpoint::read_checkpoint(painted_world().ria());
  model.calibration.reset();
  const auto warning = [&] {
    write_checkpoint(folder / "m.safetensors", model);
    std::string said;
    AnnotateConfig config = config_of(folder / "m.safetensors");
    config.annotator.encoder.weights = painted_world().weights();
    annotate(config, painters(), {.warn = [&](const std::string& sentence) { said += sentence; }});
    return said;
  };
  EXPECT_THAT(warning(), HasSubstr("its run had no validation images"));
  model.record["finished"] = "no";
  EXPECT_THAT(warning(), HasSubstr("its run has not ended"));
  model.features.recipe.reset();
  EXPECT_THAT(warning(), HasSubstr("it is of an earlier version"));
}

TEST(Annotate, KeepsTheMostConfidentLabelsInTheirOrder) {
  const auto all = collected(config_of(painted_world().ria())).annotations;
  AnnotateConfig config = config_of(painted_world().ria());
  config.annotator.top = 1;
  const auto top = collected(config).annotations;
  config.annotator.top = 0;
  config.annotator.min_confidence = 0.4;
  const auto confident = collected(config).annotations;
  for (std::size_t i = 0; i < all.size(); ++i) {
    Labels expected;
    float best = 0;
    for (const Tag& tag : all[i].tags) {
      best = std::max(best, tag.confidence);
      if (tag.confidence >= 0.4F) expected.push_back(tag.label);
    }
    if (all[i].tags.empty()) continue;
    ASSERT_EQ(top[i].tags.size(), 1U);
    EXPECT_EQ(top[i].tags[0].confidence, best);
    EXPECT_EQ(labels_of({confident[i]}).begin()->second, expected);
  }
}

TEST(Annotate, SaysWhereTheModelLookedForEachTagItKeeps) {
  AnnotateConfig config = config_of(painted_world().attention());
  config.annotator.attention = true;
  config.annotator.top = 2;
  for (const Annotation& annotation : collected(config).annotations) {
    const auto tags = static_cast<std::int64_t>(annotation.tags.size());
    ASSERT_EQ(annotation.attention.sizes(), (at::IntArrayRef{tags, 2, 2}));
    EXPECT_TRUE(annotation.attention.sum({1, 2}).allclose(at::ones({tags})));
  }
  config.annotator.model = painted_world().ria();
  EXPECT_FALSE(collected(config).annotations.front().attention.defined());
}

TEST(Annotate, AnAnnotatorTagsPicturesThatAreInMemory) {
  const Annotator annotator({.model = painted_world().ria(), .device = "cpu"}, painters());
  const auto annotations = collected(config_of(painted_world().ria())).annotations;
  std::vector<at::Tensor> images;
  for (std::size_t i = 0; i < 5; ++i) {
    const cv::Mat rgb = datasets::read_image(annotations[i].file.path);
    images.push_back(annotator.prepared(at::from_blob(rgb.data, {rgb.rows, rgb.cols, 3}, at::kByte)));
  }
  const std::vector<Findings> found = annotator(at::stack(images));
  for (std::size_t i = 0; i < 5; ++i) {
    ASSERT_EQ(found[i].tags.size(), annotations[i].tags.size());
    for (std::size_t j = 0; j < found[i].tags.size(); ++j) {
      EXPECT_EQ(found[i].tags[j].label, annotations[i].tags[j].label);
      EXPECT_NEAR(found[i].tags[j].confidence, annotations[i].tags[j].confidence, 1e-4);
    }
  }
}

/// A list of pictures of which the second and the last cannot be read.
fs::path list_with_damage(const TemporaryFolder& folder) {
  std::string list;
  const auto annotations = collected(config_of(painted_world().ria())).annotations;
  for (std::size_t i = 0; i < 20; ++i) {
    list += annotations[i].file.path.string() + "\n";
    if (i == 0) list += (folder / "damaged.jpg").string() + "\n";
  }
  write_text(folder / "damaged.jpg", "no picture");
  write_text(folder / "list", list + "/nowhere.png\n");
  return folder / "list";
}

TEST(Annotate, APictureThatCannotBeReadCostsThatPictureOnlyAndIsNamed) {
  const TemporaryFolder folder;
  AnnotateConfig config = config_of(painted_world().ria(), list_with_damage(folder));
  config.format = FormatName::jsonl;
  config.batch = 4;
  std::string lines;
  const AnnotateResult result =
      annotate(config, painters(), {.print = [&](std::string_view text) { lines += text; }});
  EXPECT_EQ(result.pictures, 22);
  EXPECT_EQ(result.unreadable, 2);
  EXPECT_THAT(result.unreadable_lines, AllOf(HasSubstr("2 images cannot be read"), HasSubstr("damaged.jpg"),
                                             HasSubstr("nowhere.png")));
  std::vector<std::size_t> without_tags;
  std::istringstream stream(lines);
  std::size_t number = 0;
  for (std::string line; std::getline(stream, line); ++number)
    if (nlohmann::json::parse(line).contains("error")) without_tags.push_back(number);
  EXPECT_EQ(number, 22U);
  EXPECT_THAT(without_tags, ElementsAre(1, 21));
}

TEST(Annotate, StoppedGoesOnByTheSameCallAndComesToTheSameFile) {
  const TemporaryFolder folder;
  AnnotateConfig config = config_of(painted_world().ria(), list_with_damage(folder));
  config.format = FormatName::csv;
  config.batch = 2;
  config.output = folder / "whole.csv";
  EXPECT_TRUE(annotate(config, painters(), {}).finished);
  config.output = folder / "pieces.csv";
  int calls = 0;
  for (bool finished = false; !finished; ++calls) {
    std::atomic<std::int64_t> pictures = 0;
    const AnnotateResult result = annotate(
        config, painters(),
        {.step = [&](std::int64_t more) { pictures += more; }, .stop = [&] { return pictures >= 5; }});
    finished = result.finished;
    EXPECT_NE(fs::exists(config.output), fs::exists(config.output.string() + ".partial"));
    EXPECT_EQ(finished ? result.unreadable + result.unreadable_before : 2, 2);
    ASSERT_LT(calls, 20);
  }
  EXPECT_GT(calls, 1);
  EXPECT_EQ(read_text(folder / "pieces.csv"), read_text(folder / "whole.csv"));
}

/// Is stopped while it draws.
class StoppedSink : public Sink {
 public:
  explicit StoppedSink(int after) : left_(after) {}
  void write(const Annotation& /*annotation*/) override {
    if (left_-- == 0) throw Interrupted("stopped while drawing.");
  }

 private:
  int left_;
};

TEST(Annotate, APictureWhoseDrawingIsStoppedIsDoneWholeByTheNextCall) {
  const TemporaryFolder folder;
  AnnotateConfig config = config_of(painted_world().ria());
  config.format = FormatName::csv;
  config.output = folder / "whole.csv";
  EXPECT_TRUE(annotate(config, painters(), {}).finished);
  config.output = folder / "pieces.csv";
  const auto stopped = [](const Annotator&, std::span<const features::ImageFile>) {
    std::vector<std::unique_ptr<Sink>> sinks;
    sinks.push_back(std::make_unique<StoppedSink>(5));
    return sinks;
  };
  EXPECT_FALSE(annotate(config, painters(), {}, stopped).finished);
  EXPECT_TRUE(annotate(config, painters(), {}).finished);
  EXPECT_EQ(read_text(folder / "pieces.csv"), read_text(folder / "whole.csv"));
}

/// Needs the first three pictures whatever call came to them, and writes none.
struct Forgetful : Sink {
  explicit Forgetful(std::vector<std::string>& given) : names(given) {}
  void write(const Annotation& annotation) override { names.push_back(annotation.name); }
  [[nodiscard]] bool needs_earlier() const override { return names.size() < 3; }
  [[nodiscard]] std::string unwritten() const override { return "nothing is written"; }
  std::vector<std::string>& names;
};

TEST(Annotate, ACallThatGoesOnGivesTheFirstPicturesAgainToASinkThatNeedsThem) {
  const TemporaryFolder folder;
  AnnotateConfig config = config_of(painted_world().ria());
  config.output = folder / "tags.txt";
  config.batch = 2;
  std::vector<std::string> names;
  std::vector<std::unique_ptr<Sink>> sinks;
  sinks.push_back(std::make_unique<Forgetful>(names));
  const Annotator annotator(config.annotator, painters());
  const std::vector<features::ImageFile> files = features::images_below(painted_world().pictures()).files;
  std::atomic<std::int64_t> pictures = 0;
  const AnnotateResult first = annotate(
      annotator, files, config,
      {.step = [&](std::int64_t more) { pictures += more; }, .stop = [&] { return pictures >= 5; }}, sinks);
  ASSERT_FALSE(first.finished);
  EXPECT_EQ(first.unwritten_lines, "nothing is written");
  const auto done = static_cast<std::size_t>(first.pictures);
  names.clear();
  const AnnotateResult second = annotate(annotator, files, config, {}, sinks);
  ASSERT_TRUE(second.finished);
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < files.size(); ++i)
    if (i < 3 || i >= done) expected.push_back(files[i].name);
  EXPECT_EQ(names, expected);
  EXPECT_EQ(static_cast<std::size_t>(second.pictures), files.size() - done);
  EXPECT_EQ(second.unwritten_lines, "nothing is written");
}

TEST(Annotate, HearsASignalAndKeepsWhatIsDone) {
  const TemporaryFolder folder;
  AnnotateConfig config = config_of(painted_world().ria());
  config.output = folder / "tags";
  config.batch = 4;
  const tagloom::testing::NoStopNoteAfterwards none_afterwards;
  const AnnotateResult result =
      annotate(config, painters(), {.step = [](std::int64_t) { request_stop(SIGTERM); }});
  EXPECT_FALSE(result.finished);
  EXPECT_GT(result.pictures, 0);
  EXPECT_LT(result.pictures, 80);
  EXPECT_EQ(std::ranges::count(read_text(folder / "tags.partial"), '\n'), result.pictures);
}

TEST(Annotate, OtherSettingsDoNotGoOnWithAnInterruptedFile) {
  const TemporaryFolder folder;
  AnnotateConfig config = config_of(painted_world().ria());
  config.output = folder / "tags";
  std::atomic<bool> begun = false;
  annotate(config, painters(),
           {.step = [&](std::int64_t) { begun = true; }, .stop = [&] { return begun.load(); }});
  ASSERT_TRUE(fs::exists(folder / "tags.state"));
  config.annotator.model = painted_world().attention();
  EXPECT_THAT([&] { annotate(config, painters(), {}); }, ThrowsMessage<DataError>(HasSubstr("with model")));
  config.annotator.model = painted_world().ria();
  config.annotator.search.beam_width = 3;
  EXPECT_THAT([&] { annotate(config, painters(), {}); },
              ThrowsMessage<DataError>(HasSubstr("with beam 1, not 3")));
}

TEST(Annotate, RefusesWhatCannotBeBeforeItOpensAnyFile) {
  AnnotateConfig config = config_of("/nowhere/m.safetensors", "/nowhere");
  config.annotator.min_confidence = 2;
  EXPECT_THROW(annotate(config, painters(), {}), UsageError);
  config.annotator.min_confidence = 0;
  config.annotator.search.beam_width = 0;
  EXPECT_THROW(annotate(config, painters(), {}), UsageError);
}

}  // namespace
}  // namespace tagloom::annotation
