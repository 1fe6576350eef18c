/// `tagloom annotate`, by the real program.

#include "journey.hpp"
#include "support/files.hpp"
#include "tagloom_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
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
