/// `tagloom annotate`, by the real program.

#include "journey.hpp"
#include "support/archives.hpp"
#include "support/files.hpp"
#include "tagloom_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace tagloom {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::journey;
using ::testing::Not;
using testing::read_text;
using testing::run_shell;
using testing::run_tagloom;
using testing::RunningTagloom;
using testing::TemporaryFolder;
using testing::write_text;
namespace fs = std::filesystem;

std::string pictures() {
  return journey().data + "/images";
}

std::ptrdiff_t lines_of(const std::string& text) {
  return std::ranges::count(text, '\n');
}

TEST(Annotate, NeedsNothingButTheModelAndThePictures) {
  const auto result = run_tagloom({"annotate", journey().model, pictures()});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(lines_of(result.out), 60);
  EXPECT_THAT(result.err, Not(HasSubstr("calibrated")));
}

TEST(Annotate, TakesAListFromStandardInputAndPutsNothingButLinesOnStandardOutput) {
  const auto result = run_shell("find " + pictures() + " -type f | $TAGLOOM annotate " + journey().model +
                                " - --json --top 2 --beam 2 2> /dev/null");
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(lines_of(result.out), 60);
  std::istringstream lines(result.out);
  for (std::string line; std::getline(lines, line);) {
    const auto picture = nlohmann::json::parse(line);
    EXPECT_EQ(picture.at("format"), 1);
    EXPECT_EQ(picture.at("calibrated"), true);
    EXPECT_LE(picture.at("tags").size(), 2U);
  }
}

/// A few pictures as each kind of source that there is, all in one order.
class SourcesOfPictures {
 public:
  SourcesOfPictures() {
    fs::create_directory(folder_ / "photos");
    std::vector<fs::path> originals{fs::directory_iterator(pictures()), {}};
    std::ranges::sort(originals);
    originals.resize(kPictures);
    std::vector<testing::Member> members;
    std::string list;
    for (const fs::path& original : originals) {
      const std::string name = original.filename();
      fs::copy_file(original, folder_ / ("photos/" + name));
      members.push_back({name, read_text(original)});
      list += "photos/" + name + "\n";
    }
    write_text(folder_ / "list.txt", list);
    write_text(folder_ / "shard.tar", testing::tar_of(members));
    write_text(folder_ / "shard.tar.gz", testing::gzipped(testing::tar_of(members)));
    write_text(folder_ / "photos.zip", testing::zip_of(members));
  }

  static constexpr std::size_t kPictures = 7;

  [[nodiscard]] bool lacks_libarchive() const {
    const auto result = run_tagloom({"annotate", journey().model, folder_ / "shard.tar"});
    return result.err.find("has no libarchive") != std::string::npos;
  }

  /// The tags of each picture by the last part of its name; `given` is shell.
  [[nodiscard]] std::map<std::string, nlohmann::json> tags_of(const std::string& given) const {
    const auto result = run_shell("cd " + folder_.path().string() + " && $TAGLOOM annotate " +
                                  journey().model + " --json " + given);
    EXPECT_EQ(result.status, 0) << result.err;
    std::map<std::string, nlohmann::json> tags;
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);) {
      const auto picture = nlohmann::json::parse(line);
      tags[fs::path(picture.at("name").get<std::string>()).filename()] = picture.at("tags");
    }
    return tags;
  }

 private:
  TemporaryFolder folder_;
};

TEST(Annotate, FindsTheSameTagsWhateverThePicturesComeIn) {
  const SourcesOfPictures sources;
  if (sources.lacks_libarchive()) GTEST_SKIP() << "This build has no libarchive.";
  const auto of_a_folder = sources.tags_of("photos");
  EXPECT_EQ(of_a_folder.size(), SourcesOfPictures::kPictures);
  EXPECT_TRUE(std::ranges::any_of(of_a_folder, [](const auto& picture) { return !picture.second.empty(); }));
  for (const std::string given :
       {"list.txt", "shard.tar", "shard.tar.gz", "photos.zip", "- < list.txt", "- < shard.tar", "photos/*"})
    EXPECT_EQ(sources.tags_of(given), of_a_folder) << given;
}

TEST(Annotate, SaysOnDemandWhereItFoundTheEncodersWeights) {
  const auto result = run_tagloom({"annotate", journey().model, pictures(), "--verbose"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(lines_of(result.out), 60);
  EXPECT_THAT(result.err, HasSubstr("weights of tresnet: random"));
}

TEST(Annotate, RefusesTwoFormatsAtOnce) {
  const auto result = run_tagloom({"annotate", "m", "p", "--json", "--format", "csv"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("--json is the same as --format jsonl"));
}

TEST(Annotate, NamesWhatItCouldNotReadAndFails) {
  const TemporaryFolder folder;
  write_text(folder / "broken.png", "\x89PNG\r\n\x1A\n");
  const auto result = run_tagloom({"annotate", journey().model, pictures(), folder / "broken.png", "--out",
                                   folder / "tags.csv", "--format", "csv"});
  EXPECT_NE(result.status, 0);
  EXPECT_THAT(result.err, AllOf(HasSubstr("1 image cannot be read"), HasSubstr("broken.png"),
                                HasSubstr("All others are done.")));
  EXPECT_THAT(read_text(folder / "tags.csv"), HasSubstr("broken.png,,,,"));
}

TEST(Annotate, KeywordsThatCouldNotBeWrittenAreSaidAndAreAFailureAlsoToQuietUsers) {
  const TemporaryFolder folder;
  const std::string picture = fs::directory_iterator(pictures())->path();
  fs::create_directory(folder / "keywords");
  fs::copy_file(picture, folder / "a.jpg");
  const std::string line = "cd " + folder.path().string() + " && $TAGLOOM annotate " + journey().model +
                           " a.jpg --xmp sidecar --xmp-dir keywords --quiet";
  if (const auto result = run_shell(line); result.err.find("no Exiv2") != std::string::npos)
    GTEST_SKIP() << "This build has no Exiv2.";
  write_text(folder / "keywords/a.jpg.xmp", "<x:xmpmeta");
  const auto result = run_shell(line);
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.err, AllOf(HasSubstr("the keywords of 1 picture were not written"),
                                HasSubstr("keywords/a.jpg.xmp"), HasSubstr("All others are done.")));
}

TEST(Annotate, RefusesAnOutputAmongThePicturesItReads) {
  const auto result = run_tagloom({"annotate", journey().model, pictures(), "--out", pictures() + "/tags"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("among the images"));
  EXPECT_EQ(run_tagloom({"annotate", journey().model, pictures(), "--out", journey().model}).status, 2);
}

TEST(Annotate, RefusesAnOutputThatIsAnotherOutputOrAPictureOfAList) {
  const TemporaryFolder folder;
  const std::string picture = folder / "own.png";
  fs::copy_file(*fs::directory_iterator(pictures()), picture);
  const std::string before = read_text(picture);
  const std::string list = folder / "list.txt";
  write_text(list, picture + "\n");
  const auto refusal = [&](std::vector<std::string> outputs) {
    std::vector<std::string> line = {"annotate", journey().model, list};
    line.insert(line.end(), outputs.begin(), outputs.end());
    const auto result = run_tagloom(line);
    EXPECT_EQ(result.status, 2);
    return result.err;
  };
  EXPECT_THAT(refusal({"--out", picture}), HasSubstr("a picture that is to be tagged"));
  EXPECT_THAT(refusal({"--sheet", picture}), HasSubstr("a picture that is to be tagged"));
  const std::string both = folder / "both.png";
  EXPECT_THAT(refusal({"--out", both, "--sheet", both}), HasSubstr("reads or writes already"));
  EXPECT_EQ(read_text(picture), before);
  EXPECT_FALSE(fs::exists(both));
}

TEST(Annotate, SaysInASentenceWhatIsMissing) {
  const TemporaryFolder folder;
  const auto refused = [&](const std::vector<std::string>& arguments, const std::string& why) {
    std::vector<std::string> command = {"annotate"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const auto result = run_tagloom(command);
    EXPECT_NE(result.status, 0);
    EXPECT_THAT(result.err, AllOf(HasSubstr(why), EndsWith(".\n")));
    EXPECT_THAT(result.out, IsEmpty());
  };
  refused({journey().model}, "is required, but missing");
  refused({journey().model, folder / "nowhere"}, "is not there");
  refused({journey().cache, pictures()}, "features.h5");
  refused({folder / "none.safetensors", pictures()}, "none.safetensors");
  refused({journey().model, pictures(), "--encoder-weights", folder / "w.pth"}, "w.pth");
}

TEST(Annotate, StoppedByCtrlCGoesOnWhereItWas) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "many");
  for (const auto& entry : fs::directory_iterator(pictures()))
    for (int copy = 0; copy < 20; ++copy)
      fs::create_symlink(entry.path(),
                         folder / ("many/" + std::to_string(copy) + entry.path().filename().string()));
  const std::string out = folder / "tags.jsonl";
  const std::vector<std::string> command = {
      "annotate", journey().model, folder / "many", "--format", "jsonl", "--out", out};
  RunningTagloom first(command);
  ASSERT_TRUE(first.wait_until([&] { return fs::exists(out + ".state"); }));
  first.send(SIGINT);
  const auto stopped = first.ends_within(std::chrono::seconds(20));
  ASSERT_TRUE(stopped);
  EXPECT_EQ(stopped->status, 128 + SIGINT) << stopped->err;
  EXPECT_THAT(stopped->err, HasSubstr("run the same command again to go on"));
  EXPECT_FALSE(fs::exists(out));
  const auto second = run_tagloom(command);
  EXPECT_EQ(second.status, 0) << second.err;
  EXPECT_THAT(second.out, HasSubstr("of 1200 pictures are done already; going on."));
  EXPECT_EQ(lines_of(read_text(out)), 1200);
  EXPECT_FALSE(fs::exists(out + ".state"));
}

}  // namespace
}  // namespace tagloom
