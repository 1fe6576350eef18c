/// libtagloom as a program in C uses it.

#include "annotation_world.hpp"
#include "places.hpp"

#include <tagloom/annotator.h>
#include <tagloom/annotator.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace tagloom::library {
namespace {

using annotation::painted_world;
using ::testing::HasSubstr;
using ::testing::StrEq;

using Made = std::unique_ptr<tagloom_annotator, decltype(&tagloom_annotator_free)>;
using Tagged = std::unique_ptr<tagloom_annotations, decltype(&tagloom_annotations_free)>;

constexpr const char* kFixture = TAGLOOM_TEST_FIXTURES "/mean_colour";

tagloom_annotator_options initialised() {
  tagloom_annotator_options options;
  tagloom_annotator_options_init(&options, sizeof options);
  options.plugin_folders = &kFixture;
  options.plugin_folder_count = 1;
  options.device = "cpu";
  return options;
}

Made made(const tagloom_annotator_options& options = initialised()) {
  return {tagloom_annotator_create(painted_world().ria().c_str(), &options), tagloom_annotator_free};
}

Tagged tagged(tagloom_annotations* annotations) {
  return {annotations, tagloom_annotations_free};
}

TEST(LibraryForC, FindsTheTagsThatTheOneForCppFinds) {
  const std::string file = painted_world().pictures() / "demo_00000.jpg";
  const Annotator annotator(painted_world().ria(), {.plugin_folders = {kFixture}, .device = "cpu"});
  const std::vector<Annotation> expected = annotator({file});
  ASSERT_FALSE(expected[0].tags.empty());
  const std::array<const char*, 2> paths = {file.c_str(), "/nowhere.jpg"};
  // Made twice, one after the other.
  for (int time = 0; time < 2; ++time) {
    const Made ours = made();
    ASSERT_NE(ours, nullptr) << tagloom_last_error();
    EXPECT_STREQ(tagloom_annotator_why_not_calibrated(ours.get()), "");
    const Tagged found = tagged(tagloom_annotate_files(ours.get(), paths.data(), paths.size()));
    ASSERT_EQ(tagloom_annotations_count(found.get()), 2U);
    ASSERT_EQ(tagloom_annotations_tag_count(found.get(), 0), expected[0].tags.size());
    EXPECT_EQ(tagloom_annotations_failure(found.get(), 0), nullptr);
    for (std::size_t i = 0; i < expected[0].tags.size(); ++i) {
      EXPECT_EQ(tagloom_annotations_label(found.get(), 0, i), expected[0].tags[i].label);
      EXPECT_FLOAT_EQ(tagloom_annotations_confidence(found.get(), 0, i), expected[0].tags[i].confidence);
    }
    EXPECT_EQ(tagloom_annotations_tag_count(found.get(), 1), 0U);
    EXPECT_THAT(tagloom_annotations_failure(found.get(), 1), HasSubstr("/nowhere.jpg"));
  }
}

TEST(LibraryForC, TakesPicturesInMemory) {
  const Made ours = made();
  ASSERT_NE(ours, nullptr) << tagloom_last_error();
  const std::vector<std::uint8_t> grey(48, 128);
  const std::string file = "P6\n4 4\n255\n" + std::string(48, static_cast<char>(128));
  const std::array<tagloom_pixel_image, 2> pixels = {{{grey.data(), 4, 4, 12}, {grey.data(), 4, 4, 3}}};
  const tagloom_encoded_image encoded = {file.data(), file.size()};
  const Tagged by_pixels = tagged(tagloom_annotate_pixels(ours.get(), pixels.data(), pixels.size()));
  const Tagged by_file = tagged(tagloom_annotate_encoded(ours.get(), &encoded, 1));
  EXPECT_EQ(tagloom_annotations_failure(by_pixels.get(), 0), nullptr);
  EXPECT_THAT(tagloom_annotations_failure(by_pixels.get(), 1),
              HasSubstr("the image [1] has rows of 3 bytes"));
  ASSERT_EQ(tagloom_annotations_tag_count(by_pixels.get(), 0),
            tagloom_annotations_tag_count(by_file.get(), 0));
  for (std::size_t i = 0; i < tagloom_annotations_tag_count(by_file.get(), 0); ++i)
    EXPECT_STREQ(tagloom_annotations_label(by_pixels.get(), 0, i),
                 tagloom_annotations_label(by_file.get(), 0, i));
}

TEST(LibraryForC, SaysWhyItFailsToTheThreadThatAskedIt) {
  EXPECT_EQ(tagloom_annotator_create("nowhere.safetensors", nullptr), nullptr);
  EXPECT_THAT(tagloom_last_error(), HasSubstr("nowhere.safetensors"));
  std::thread([] { EXPECT_THAT(tagloom_last_error(), StrEq("")); }).join();
  tagloom_annotator_options options = initialised();
  options.precision = "half";
  EXPECT_EQ(made(options), nullptr);
  EXPECT_THAT(tagloom_last_error(), HasSubstr("precision is half"));
}

TEST(LibraryForC, RefusesNullInASentence) {
  EXPECT_EQ(tagloom_annotator_create(nullptr, nullptr), nullptr);
  EXPECT_STREQ(tagloom_last_error(), "The model is NULL; give one.");
  tagloom_annotator_options options = initialised();
  options.device = nullptr;
  EXPECT_EQ(made(options), nullptr);
  EXPECT_STREQ(tagloom_last_error(), "The option device is NULL; give a text.");
  const char* const path = nullptr;
  EXPECT_EQ(tagloom_annotate_files(nullptr, &path, 1), nullptr);
  EXPECT_STREQ(tagloom_last_error(), "The annotator is NULL; give one.");
  const Made ours = made();
  EXPECT_EQ(tagloom_annotate_files(ours.get(), nullptr, 1), nullptr);
  EXPECT_EQ(tagloom_annotate_files(ours.get(), &path, 1), nullptr);
  EXPECT_STREQ(tagloom_last_error(), "A path is NULL; give one.");
  tagloom_annotator_free(nullptr);
  tagloom_annotations_free(nullptr);
}

TEST(LibraryForC, HasNothingWhereThereIsNothing) {
  const Made ours = made();
  const Tagged none = tagged(tagloom_annotate_files(ours.get(), nullptr, 0));
  ASSERT_NE(none, nullptr) << tagloom_last_error();
  for (const tagloom_annotations* annotations : {static_cast<const tagloom_annotations*>(nullptr),
                                                 static_cast<const tagloom_annotations*>(none.get())}) {
    EXPECT_EQ(tagloom_annotations_count(annotations), 0U);
    EXPECT_EQ(tagloom_annotations_failure(annotations, 0), nullptr);
    EXPECT_EQ(tagloom_annotations_tag_count(annotations, 0), 0U);
    EXPECT_EQ(tagloom_annotations_label(annotations, 0, 0), nullptr);
    EXPECT_EQ(tagloom_annotations_confidence(annotations, 0, 0), 0);
  }
}

/// The options of a later version: ours, and one more.
struct LaterOptions {
  tagloom_annotator_options ours;
  std::int64_t more;
};

TEST(LibraryForC, TakesTheOptionsOfALaterVersionUnlessOneIsSetThatItDoesNotKnow) {
  LaterOptions later;
  std::memset(static_cast<void*>(&later), 0xFF, sizeof later);
  tagloom_annotator_options_init(&later.ours, sizeof later);
  EXPECT_EQ(later.more, 0);
  later.ours.plugin_folders = &kFixture;
  later.ours.plugin_folder_count = 1;
  EXPECT_NE(made(later.ours), nullptr) << tagloom_last_error();
  later.more = 1;
  EXPECT_EQ(made(later.ours), nullptr);
  EXPECT_THAT(tagloom_last_error(), HasSubstr("does not know"));
}

TEST(LibraryForC, RefusesOptionsThatNobodyInitialised) {
  const tagloom_annotator_options empty = {};
  EXPECT_EQ(made(empty), nullptr);
  EXPECT_THAT(tagloom_last_error(), HasSubstr("call tagloom_annotator_options_init first"));
}

/// Programs that were built with the first version have it so.
static_assert(sizeof(tagloom_annotator_options) == 96 &&
              offsetof(tagloom_annotator_options, accept_damaged) == 88);
static_assert(sizeof(tagloom_pixel_image) == 32 && sizeof(tagloom_encoded_image) == 16);

}  // namespace
}  // namespace tagloom::library
