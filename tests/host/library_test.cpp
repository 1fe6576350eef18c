/// libtagloom as a program in C++ uses it: everything here goes through its public header.

#include "annotation/annotate.hpp"
#include "annotation_world.hpp"
#include "places.hpp"

#include <tagloom/annotator.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/datasets/images/image.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <future>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace tagloom::library {
namespace {

using annotation::painted_world;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::ThrowsMessage;
namespace fs = std::filesystem;

AnnotatorOptions on_cpu() {
  return {.plugin_folders = {TAGLOOM_TEST_FIXTURES "/mean_colour"}, .device = "cpu"};
}

struct Expected : annotation::Sink {
  explicit Expected(std::vector<Annotation>& all, std::vector<Image>& files) : found(all), images(files) {}
  void write(const annotation::Annotation& annotation) override {
    found.emplace_back();
    for (const annotation::Tag& tag : annotation.tags)
      found.back().tags.push_back({tag.label, tag.confidence});
    images.emplace_back(annotation.file.path);
  }
  void leave_out(const annotation::Unreadable& picture) override {
    found.push_back({{}, picture.sentence});
    images.emplace_back(picture.file.path);
  }
  std::vector<Annotation>& found;
  std::vector<Image>& images;
};

/// What the host finds in the pictures, and the pictures.
struct World {
  std::vector<Annotation> found;
  std::vector<Image> images;
};

World world_of(const fs::path& model, const fs::path& input = painted_world().pictures()) {
  World world;
  const annotation::MakeSinks sinks = [&](const annotation::Annotator&,
                                          std::span<const features::ImageFile>) {
    std::vector<std::unique_ptr<annotation::Sink>> made;
    made.push_back(std::make_unique<Expected>(world.found, world.images));
    return made;
  };
  const annotation::AnnotateConfig config{.annotator = {.model = model, .device = "cpu"}, .inputs = {input}};
  (void)annotation::annotate(config, annotation::painters(), {}, sinks);
  return world;
}

void expect_equal(const std::vector<Annotation>& found, const std::vector<Annotation>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].failure, expected[i].failure);
    ASSERT_EQ(found[i].tags.size(), expected[i].tags.size()) << i;
    for (std::size_t j = 0; j < found[i].tags.size(); ++j) {
      EXPECT_EQ(found[i].tags[j].label, expected[i].tags[j].label) << i;
      EXPECT_NEAR(found[i].tags[j].confidence, expected[i].tags[j].confidence, 1e-4) << i;
    }
  }
}

TEST(Library, FindsTheTagsThatAnnotateFinds) {
  for (const fs::path& model : {painted_world().ria(), painted_world().classifier()}) {
    const World world = world_of(model);
    ASSERT_EQ(world.images.size(), 80U);
    const Annotator annotator(model, on_cpu());
    expect_equal(annotator(world.images), world.found);
    EXPECT_TRUE(annotator({}).empty());
  }
}

TEST(Library, PicturesInMemoryHaveTheTagsOfTheirFiles) {
  const World world = world_of(painted_world().ria());
  const Annotator annotator(painted_world().ria(), on_cpu());
  std::vector<std::vector<std::byte>> files;
  std::vector<std::vector<std::uint8_t>> rows;
  std::vector<Image> encoded;
  std::vector<Image> pixels;
  for (const Image& image : world.images) {
    const fs::path& path = std::get<fs::path>(image);
    files.push_back(read_file(path));
    encoded.emplace_back(EncodedImage{files.back().data(), files.back().size()});
    const cv::Mat rgb = datasets::read_image(path);
    const std::size_t used = static_cast<std::size_t>(rgb.cols) * 3;
    const std::size_t stride = used + 5;
    std::vector<std::uint8_t>& padded = rows.emplace_back(stride * static_cast<std::size_t>(rgb.rows));
    for (int row = 0; row < rgb.rows; ++row)
      std::memcpy(padded.data() + stride * static_cast<std::size_t>(row), rgb.ptr(row), used);
    pixels.emplace_back(PixelImage{padded.data(), rgb.rows, rgb.cols, static_cast<std::int64_t>(stride)});
  }
  expect_equal(annotator(encoded), world.found);
  expect_equal(annotator(pixels), world.found);
}

TEST(Library, AnImageThatCannotBeReadCostsItselfOnly) {
  const tagloom::testing::TemporaryFolder folder;
  tagloom::testing::write_text(folder / "damaged.jpg", "no picture");
  const World world = world_of(painted_world().ria());
  const Annotator annotator(painted_world().ria(), on_cpu());
  const auto found = annotator({folder / "damaged.jpg", world.images[0], EncodedImage{"no picture", 10},
                                PixelImage{nullptr, 2, 2, 6}, EncodedImage{}, world.images[1]});
  ASSERT_EQ(found.size(), 6U);
  expect_equal({found[1], found[5]}, {world.found[0], world.found[1]});
  tagloom::testing::write_text(folder / "list", (folder / "damaged.jpg").string() + "\n");
  EXPECT_EQ(found[0].failure, world_of(painted_world().ria(), folder / "list").found.at(0).failure);
  EXPECT_EQ(found[2].failure, "the file [2] is not an image of a kind that is known.");
  EXPECT_EQ(found[3].failure, "the image [3] has no pixels.");
  EXPECT_EQ(found[4].failure, "the image [4] is an empty file.");
}

TEST(Library, ARowsLengthThatNoMemoryHoldsIsRefused) {
  const std::vector<std::uint8_t> pixels(std::size_t{4} * 5 * 3);
  const Annotator annotator(painted_world().ria(), on_cpu());
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t stride : {kMost, kMost / 4 + 1, std::int64_t{1} << 46})
    EXPECT_EQ(
        annotator({PixelImage{pixels.data(), 4, 5, stride}}).at(0).failure,
        "the image [0] has 4 rows of " + std::to_string(stride) + " bytes, more than any memory holds.");
  EXPECT_EQ(annotator({PixelImage{pixels.data(), 4, 5, 15}}).at(0).failure, "");
}

TEST(Library, PixelsAboveTheirMostAreNotReadAsThoseOfFiles) {
  const std::vector<std::uint8_t> pixels(std::size_t{4} * 5 * 3);
  const PixelImage image{pixels.data(), 4, 5, 15};
  AnnotatorOptions options = on_cpu();
  options.max_pixels = 19;
  EXPECT_EQ(Annotator(painted_world().ria(), options)({image}).at(0).failure,
            "the image [0] has 4 rows of 5 pixels; at most 19 pixels are read.");
  options.max_pixels = 20;
  EXPECT_EQ(Annotator(painted_world().ria(), options)({image}).at(0).failure, "");
}

/// What an annotator with one option changed is refused with.
template <class Change>
auto made_with(const Change& change) {
  AnnotatorOptions options = on_cpu();
  change(options);
  return [options] { (void)Annotator(painted_world().ria(), options); };
}

TEST(Library, ThrowsTheSentencesOfTheCommandLineInTheNamesOfItsOwnOptions) {
  EXPECT_THAT([] { (void)Annotator("nowhere.safetensors"); },
              ThrowsMessage<DataError>(HasSubstr("nowhere.safetensors")));
  EXPECT_THAT(
      made_with([](auto& options) { options.precision = "half"; }),
      ThrowsMessage<UsageError>(HasSubstr("precision is half; it must be auto, float32 or bfloat16.")));
  EXPECT_THAT(made_with([](auto& options) { options.beam = 0; }),
              ThrowsMessage<UsageError>(HasSubstr("beam is 0")));
  EXPECT_THAT(made_with([](auto& options) { options.min_confidence = 2; }),
              ThrowsMessage<UsageError>(HasSubstr("min_confidence is 2; it must be from 0 to 1.")));
  EXPECT_THAT(made_with([](auto& options) { options.plugin_folders = {"/nowhere"}; }),
              ThrowsMessage<UsageError>(HasSubstr("/nowhere is not a folder")));
  EXPECT_THAT(made_with([](auto& options) { options.device = "tpu"; }),
              ThrowsMessage<UsageError>(HasSubstr("device tpu is no device")));
  const auto moved = [](const char* weights) {
    return made_with([weights](auto& options) { options.encoder_weights = weights; });
  };
  const tagloom::testing::TemporaryFolder folder;
  tagloom::testing::write_text(folder / "other.txt", "0.125");
  EXPECT_THAT(moved((folder / "other.txt").c_str()),
              ThrowsMessage<DataError>(AllOf(HasSubstr("Give encoder_weights."), Not(HasSubstr("--")))));
  EXPECT_THAT(made_with([](auto& options) { options.plugin_folders.clear(); }),
              ThrowsMessage<PluginError>(HasSubstr("mean_colour")));
}

TEST(Library, ItsDefaultsAreThoseOfAnnotate) {
  const AnnotatorOptions ours;
  const annotation::AnnotateConfig theirs;
  EXPECT_EQ(ours.device, theirs.annotator.device);
  EXPECT_EQ(ours.precision, options::word_for(theirs.annotator.precision));
  EXPECT_EQ(ours.beam, theirs.annotator.search.beam_width);
  EXPECT_EQ(ours.top, theirs.annotator.top);
  EXPECT_EQ(ours.min_confidence, theirs.annotator.min_confidence);
  EXPECT_EQ(ours.batch, theirs.batch);
  EXPECT_EQ(ours.max_pixels, theirs.max_pixels);
  EXPECT_EQ(ours.accept_damaged, theirs.accept_damaged);
}

TEST(Library, ThreadsShareAnAnnotatorOrHaveOneEach) {
  const World world = world_of(painted_world().ria());
  const Annotator shared(painted_world().ria(), on_cpu());
  std::vector<std::future<std::vector<Annotation>>> calls;
  for (int i = 0; i < 4; ++i)
    calls.push_back(std::async(std::launch::async, [&, is_shared = i % 2 == 0] {
      return is_shared ? shared(world.images) : Annotator(painted_world().ria(), on_cpu())(world.images);
    }));
  for (auto& call : calls)
    expect_equal(call.get(), world.found);
}

TEST(Library, LeavesTheWorkingFolderToTheProgram) {
  const World world = world_of(painted_world().ria());
  const Annotator annotator(painted_world().ria(), on_cpu());
  const tagloom::testing::TemporaryFolder folder;
  const fs::path before = fs::current_path();
  fs::current_path(folder.path());
  const std::vector<Annotation> found = annotator(world.images);
  const fs::path after = fs::current_path();
  fs::current_path(before);
  EXPECT_EQ(after, fs::canonical(folder.path()));
  expect_equal(found, world.found);
}

TEST(Library, AnAnnotatorMovesAndIsNotCopied) {
  static_assert(!std::is_copy_constructible_v<Annotator>);
  const World world = world_of(painted_world().ria());
  Annotator first(painted_world().ria(), on_cpu());
  Annotator second(painted_world().classifier(), on_cpu());
  second = std::move(first);
  const Annotator third = std::move(second);
  expect_equal(third(world.images), world.found);
  EXPECT_EQ(third.why_not_calibrated(), "");
}

}  // namespace
}  // namespace tagloom::library
