/// What commands make of images in archives: the same as of images in a folder.

#include "annotation/annotate.hpp"
#include "annotation/exiv2.hpp"
#include "annotation/pictures/outputs.hpp"
#include "annotation_world.hpp"
#include "features/build_cache.hpp"
#include "sources/tar.hpp"
#include "support/archives.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/featurecache/reader.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <numeric>

namespace tagloom {
namespace {

using annotation::painted_world;
using annotation::painters;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::gzipped;
using ::testing::HasSubstr;
using testing::Member;
using testing::read_text;
using testing::tar_of;
using testing::TemporaryFolder;
using ::testing::ThrowsMessage;
using testing::write_text;
using testing::zip_of;
namespace fs = std::filesystem;

/// The pictures of the painted world, in the order of their names.
std::vector<Member> pictures() {
  std::vector<Member> members;
  for (const auto& entry : fs::directory_iterator(painted_world().pictures()))
    members.push_back({entry.path().filename().string(), read_text(entry.path())});
  std::ranges::sort(members, {}, &Member::name);
  return members;
}

class CommandsOnArchives : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!sources::has_libarchive()) GTEST_SKIP() << "This build has no libarchive.";
  }

  fs::path file(const std::string& name, const std::string& bytes) const {
    write_text(folder_ / name, bytes);
    return folder_ / name;
  }

  [[nodiscard]] features::BuildConfig build_of(const fs::path& images, const std::string& name) const {
    return {.images = {images},
            .output = folder_ / name,
            .encoder = "mean_colour",
            .encoder_options = {{"weights", painted_world().weights()}},
            .batch = 8,
            .device = "cpu"};
  }

  /// Row by row.
  [[nodiscard]] at::Tensor features_of(const fs::path& images) const {
    const features::BuildConfig config = build_of(images, images.filename().string() + ".h5");
    features::build_cache(config, painters(), {});
    const featurecache::CacheReader cache(config.output);
    std::vector<std::int64_t> rows(cache.names().size());
    std::iota(rows.begin(), rows.end(), 0);
    return cache.read(rows, {}).pooled;
  }

  TemporaryFolder folder_;
};

TEST_F(CommandsOnArchives, FeaturesAreThoseOfTheSameImagesInAFolder) {
  const at::Tensor expected = features_of(painted_world().pictures());
  ASSERT_EQ(expected.size(0), 80);
  std::string list;
  for (const Member& picture : pictures())
    list += (painted_world().pictures() / picture.name).string() + '\n';
  for (const fs::path& source :
       {file("list", list), file("s.tar", tar_of(pictures())), file("s.tgz", gzipped(tar_of(pictures()))),
        file("s.zip", zip_of(pictures()))})
    EXPECT_TRUE(features_of(source).equal(expected)) << source;
}

TEST_F(CommandsOnArchives, AnInterruptedBuildGoesOnAndSeesThatAnArchiveChanged) {
  for (const bool packed : {false, true}) {
    const auto bytes = [&](const std::vector<Member>& members) {
      return packed ? gzipped(tar_of(members)) : tar_of(members);
    };
    const fs::path tar = file("s.tar", bytes(pictures()));
    const features::BuildConfig config = build_of(tar, packed ? "packed.h5" : "plain.h5");
    std::atomic<std::int64_t> done = 0;
    const auto stopped = features::build_cache(
        config, painters(),
        {.step = [&](std::int64_t more) { done += more; }, .stop = [&] { return done > 20; }});
    ASSERT_FALSE(stopped.finished);
    std::vector<Member> others = pictures();
    others[0].content = others[1].content;
    write_text(tar, bytes(others));
    EXPECT_THAT([&] { features::build_cache(config, painters(), {}); },
                ThrowsMessage<DataError>(HasSubstr("s.tar/" + others[0].name + " has changed since")));
    write_text(tar, bytes(pictures()));
    const auto finished = features::build_cache(config, painters(), {});
    EXPECT_TRUE(finished.finished);
    EXPECT_LT(finished.encoded, 80);
    EXPECT_EQ(finished.info.images, 80);
  }
}

TEST_F(CommandsOnArchives, ADamagedShardCostsWhatIsBehindTheDamageAlone) {
  const std::string whole = tar_of(pictures());
  file("cut.tar", whole.substr(0, whole.size() / 2));
  const fs::path list =
      file("list", (folder_ / "cut.tar").string() + "\n" + file("s.zip", zip_of(pictures())).string());
  features::BuildConfig config = build_of(list, "c.h5");
  EXPECT_THAT([&] { features::build_cache(config, painters(), {}); },
              ThrowsMessage<DataError>(AllOf(HasSubstr("cut.tar"), HasSubstr("--skip-unreadable"))));
  config.skip_unreadable = true;
  const auto result = features::build_cache(config, painters(), {});
  EXPECT_GT(result.info.images, 80 + 30);
  EXPECT_EQ(result.encoded, 0);
  EXPECT_EQ(result.info.left_out.images, 2);
  EXPECT_THAT(result.info.left_out.names, Contains("cut.tar"));
}

std::string tags_of(const fs::path& input) {
  std::string lines;
  annotation::annotate({.annotator = {.model = painted_world().ria(), .device = "cpu"}, .inputs = {input}},
                       painters(), {.print = [&](std::string_view text) { lines += text; }});
  return lines;
}

/// Every line without what stands in front of its pictures' names.
std::string without(const std::string& prefix, std::string lines) {
  for (std::size_t at = 0; (at = lines.find(prefix, at)) != std::string::npos;)
    lines.erase(at, prefix.size());
  return lines;
}

TEST_F(CommandsOnArchives, AnnotateTagsThemAsThoseOfAFolder) {
  const std::string expected = tags_of(painted_world().pictures());
  EXPECT_EQ(without("s.tar/", tags_of(file("s.tar", tar_of(pictures())))), expected);
  EXPECT_EQ(without("s.tgz/", tags_of(file("s.tgz", gzipped(tar_of(pictures()))))), expected);
  EXPECT_EQ(without("s.zip/", tags_of(file("s.zip", zip_of(pictures())))), expected);
}

std::vector<std::string> files_below(const fs::path& folder) {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) files.push_back(entry.path().lexically_relative(folder).string());
  std::ranges::sort(files);
  return files;
}

TEST_F(CommandsOnArchives, WhatIsDrawnOfThemStaysInItsFolderWhateverTheyAreCalled) {
  const std::string picture = pictures()[0].content;
  const fs::path tar = file("s.tar", tar_of({{"../../a.png", picture}, {"/b.png", picture}}));
  annotation::pictures::Outputs outputs{.pictures = folder_ / "out"};
  std::vector<std::string> expected = {"out/s.tar/b.png.tags.jpg", "out/s.tar/up_/up_/a.png.tags.jpg"};
  if (annotation::has_exiv2()) {
    outputs.xmp = annotation::Xmp::copy;
    outputs.xmp_folder = folder_ / "xmp";
    expected.insert(expected.end(), {"s.tar", "xmp/s.tar/b.png", "xmp/s.tar/up_/up_/a.png"});
  } else {
    expected.emplace_back("s.tar");
  }
  const annotation::MakeSinks sinks = [&](const annotation::Annotator& annotator, auto files) {
    const std::vector<fs::path> originals = {files.front().path};
    annotation::pictures::refuse_originals(outputs, originals);
    return annotation::pictures::sinks(outputs, {.preprocessing = annotator.preprocessing()});
  };
  const annotation::AnnotateConfig config{.annotator = {.model = painted_world().ria(), .device = "cpu"},
                                          .inputs = {tar}};
  annotation::annotate(config, painters(), {}, sinks);
  EXPECT_THAT(files_below(folder_.path()), ::testing::ElementsAreArray(expected));
  outputs.pictures = folder_.path();
  EXPECT_THAT([&] { annotation::annotate(config, painters(), {}, sinks); },
              ThrowsMessage<UsageError>(AllOf(HasSubstr("s.tar lies in"), HasSubstr("--pictures"))));
}

}  // namespace
}  // namespace tagloom
