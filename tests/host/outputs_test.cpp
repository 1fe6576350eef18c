#include "commands/outputs.hpp"

#include "commands/command_line.hpp"
#include "support/files.hpp"

#include <tagloom/base/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace tagloom::commands {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using testing::TemporaryFolder;
using ::testing::ThrowsMessage;
using testing::write_text;
namespace fs = std::filesystem;

po::variables_map parsed(const Arguments& arguments) {
  Command command{.name = "command"};
  for (const char* one : {"data", "images", "cache", "glove", "out", "json", "label-csv", "sheet", "font"})
    command.options.push_back({.spec = {.name = one, .default_value = std::string()}});
  for (const char* many : {"checkpoint", "view", "set", "plugin-dir"})
    command.options.push_back({.spec = {.name = many, .default_value = std::string()}, .repeatable = true});
  po::variables_map values;
  EXPECT_TRUE(read(command, arguments, values));
  return values;
}

/// That this output of a training is refused with these words.
void expect_refusal(Arguments reads, const std::string& output, const std::string& words) {
  reads.insert(reads.end(), {"--out", output});
  EXPECT_THAT([&] { prepare_outputs(parsed(reads), OutputKind::checkpoint, {"out"}); },
              ThrowsMessage<UsageError>(AllOf(HasSubstr("--out " + output), HasSubstr(words), EndsWith("."))))
      << output;
}

class Outputs : public ::testing::Test {
 protected:
  Outputs() {
    fs::create_directories(folder_ / "demo/images/more");
    fs::create_directory(folder_ / "plugins");
    for (const char* name : {"demo/train.json", "demo/test.json", "demo/vocabulary.txt", "demo/images/1.jpg",
                             "demo/images/more/2", "plugins/one.so", "cache.h5", "view.h5", "words.txt",
                             "weights.pth", "old.st", "cfg"})
      write_text(file(name), "");
  }
  [[nodiscard]] std::string file(const std::string& name) const { return folder_ / name; }

  TemporaryFolder folder_;
};

TEST_F(Outputs, OfSeveralKindsAreKeptApartToo) {
  const std::vector<OutputOption> outputs = {{"out", OutputKind::annotations}, {"sheet", OutputKind::report}};
  EXPECT_THAT(
      [&] {
        prepare_outputs(parsed({"--out", file("a"), "--sheet", file("a")}), outputs);
      },
      ThrowsMessage<UsageError>(HasSubstr("--sheet " + file("a") + " would overwrite")));
  EXPECT_THAT(
      [&] {
        prepare_outputs(parsed({"--font", file("cfg"), "--sheet", file("cfg")}), outputs);
      },
      ThrowsMessage<UsageError>(HasSubstr("--sheet " + file("cfg") + " would overwrite")));
  EXPECT_NO_THROW(prepare_outputs(parsed({"--out", file("a"), "--sheet", file("b")}), outputs));
}

TEST_F(Outputs, AFileOfTheDataSetIsNeverOverwritten) {
  for (const char* name :
       {"demo/train.json", "demo/test.json", "demo/vocabulary.txt", "demo/../demo/train.json"})
    expect_refusal({"--data", file("demo")}, file(name), "would overwrite");
  for (const char* name : {"demo/images/1.jpg", "demo/images/more/2", "demo/images/new"})
    expect_refusal({"--data", file("demo")}, file(name), "lies among the images that this command reads");
}

TEST_F(Outputs, AFileOfTheDataSetThatIsALinkIsNeverOverwritten) {
  fs::rename(folder_ / "demo/images", folder_ / "pictures");
  fs::create_directory_symlink(folder_ / "pictures", folder_ / "demo/images");
  fs::rename(folder_ / "pictures/1.jpg", folder_ / "1.jpg");
  fs::create_symlink(folder_ / "1.jpg", folder_ / "pictures/1.jpg");
  fs::create_hard_link(folder_ / "demo/train.json", folder_ / "same");
  for (const char* name : {"pictures/1.jpg", "demo/images/1.jpg", "pictures/more/2"})
    expect_refusal({"--data", file("demo")}, file(name), "lies among the images that this command reads");
  expect_refusal({"--data", file("demo")}, file("same"), "would overwrite");
}

TEST_F(Outputs, WhateverAnOptionReadsIsNeverOverwritten) {
  for (const auto& [option, name] : {std::pair{"--cache", "cache.h5"},
                                     {"--view", "view.h5"},
                                     {"--glove", "words.txt"},
                                     {"--checkpoint", "old.st"},
                                     {"--config", "cfg"}})
    expect_refusal({option, file(name)}, file(name), "would overwrite a file that this command reads");
  expect_refusal({"--set", "encoder.weights=" + file("weights.pth")}, file("weights.pth"), "would overwrite");
  expect_refusal({"--plugin-dir", file("plugins")}, file("plugins/one.so"), "would overwrite");
}

TEST_F(Outputs, FilesBesideAnOutputOverwriteNoInputEither) {
  fs::rename(folder_ / "words.txt", folder_ / "m.log.csv");
  expect_refusal({"--glove", file("m.log.csv")}, file("m"), "would overwrite " + file("m.log.csv"));
  fs::create_directory(folder_ / "new.h5.parts");
  EXPECT_THAT(
      [&] {
        prepare_outputs(parsed({"--images", file("new.h5.parts"), "--out", file("new.h5")}),
                        OutputKind::cache, {"out"});
      },
      ThrowsMessage<UsageError>(HasSubstr("would overwrite")));
}

TEST_F(Outputs, OutputsBesideInputsAreWritten) {
  for (const char* name : {"demo/m.st", "plugins/m.st", "old.st"})
    EXPECT_NO_THROW(
        prepare_outputs(parsed({"--data", file("demo"), "--plugin-dir", file("plugins"), "--cache",
                                file("cache.h5"), "--set", "decoder.hidden=8", "--out", file(name)}),
                        OutputKind::checkpoint, {"out"}))
        << name;
}

TEST_F(Outputs, AFolderThatIsNotThereIsAMistypedPathAndIsNotMade) {
  expect_refusal({}, file("demos/m.st"), "there is no folder " + file("demos"));
  expect_refusal({}, file("demos/more/m.st"), "there is no folder " + file("demos/more"));
  expect_refusal({}, file("cfg/m.st"), "cannot be written");
  EXPECT_FALSE(fs::exists(folder_ / "demos"));
  fs::create_directory_symlink(folder_ / "demo", folder_ / "link");
  EXPECT_NO_THROW(prepare_outputs(parsed({"--out", file("link/m.st")}), OutputKind::checkpoint, {"out"}));
}

TEST_F(Outputs, ALinkToWhatAProcessHasOpenIsNotReplaced) {
  const int redirected = ::open(file("redirected").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  const std::string number = std::to_string(redirected);
  fs::create_symlink("/proc/self/fd/" + number, folder_ / "stdout");
  fs::create_symlink("stdout", folder_ / "link");
  fs::create_directory_symlink("/proc/self/fd", folder_ / "fd");
  for (const std::string& name : {std::string("stdout"), std::string("link"), "fd/" + number})
    EXPECT_THAT(
        [&] {
          prepare_outputs(parsed({"--json", file(name)}), OutputKind::report, {"json"});
        },
        ThrowsMessage<UsageError>(HasSubstr("is no file that could be replaced")))
        << name;
  ::close(redirected);
}

TEST_F(Outputs, ANameIsShortEnoughForTheFilesBesideIt) {
  const auto named = [&](std::size_t length) { return file(std::string(length, 'n')); };
  expect_refusal({}, named(240), "has too long a name");
  expect_refusal({}, named(255), "has too long a name");
  EXPECT_NO_THROW(prepare_outputs(parsed({"--out", named(239)}), OutputKind::checkpoint, {"out"}));
  EXPECT_NO_THROW(prepare_outputs(parsed({"--out", named(247)}), OutputKind::cache, {"out"}));
  EXPECT_THROW(prepare_outputs(parsed({"--out", named(248)}), OutputKind::cache, {"out"}), UsageError);
}

TEST_F(Outputs, AFolderWhereAFileBesideAnOutputBelongsIsFoundAtOnce) {
  for (const char* ending :
       {".partial", ".state", ".state.partial", ".log.csv", ".log.csv.partial", ".lock"}) {
    fs::create_directory(file("m") + ending);
    expect_refusal({}, file("m"), std::string(ending) + " is a folder, where a file belongs");
    fs::remove(file("m") + ending);
  }
}

}  // namespace
}  // namespace tagloom::commands
