/// What the tables of commands and options answer by themselves.

#include "commands/find.hpp"
#include "commands/line.hpp"
#include "commands/lines/train.hpp"
#include "registry/kinds.hpp"

#include <tagloom/base/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <sstream>

namespace tagloom::commands {
namespace {

using ::testing::HasSubstr;
using ::testing::internal::CaptureStdout;
using ::testing::internal::GetCapturedStdout;

/// What follows the name of an example's command.
Arguments arguments_of(std::string_view line, const Command& command) {
  const std::string start = "tagloom " + std::string(command.name);
  EXPECT_TRUE(line.starts_with(start)) << line;
  std::istringstream words{std::string(line.substr(std::min(line.size(), start.size())))};
  return {std::istream_iterator<std::string>(words), {}};
}

/// The sentence that a command answers with; empty if there is work to do.
std::string answer(const std::string& name, const Arguments& arguments) {
  const Command& command = existing_command(front_commands(), name);
  try {
    EXPECT_TRUE(command.read(command, arguments));
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(Commands, EachHasTwoExamplesAndTheyAreRead) {
  for (const Command& command : front_commands()) {
    EXPECT_GE(command.examples.size(), 2U) << command.name;
    for (const std::string_view example : command.examples)
      EXPECT_NO_THROW(EXPECT_TRUE(command.read(command, arguments_of(example, command)))) << example;
  }
}

TEST(Commands, AllCanRunInTheFullProgram) {
  for (const Command& command : commands())
    EXPECT_NE(command.run, nullptr) << command.name;
}

TEST(Commands, KindsAreKnownByNameWithoutThemselves) {
  std::vector<std::string> names;
  for (const registry::Kind& kind : registry::kinds())
    names.push_back(kind.name);
  const Command& plugins_new = existing_command(front_commands(), "plugins new");
  const auto kind =
      std::ranges::find(plugins_new.options, "kind", [](const auto& option) { return option.spec.name; });
  EXPECT_EQ(kind->spec.choices, names);
}

TEST(Commands, AMistypedNameIsAnsweredWithTheOneThatWasMeant) {
  const auto sentence = [](const std::string& name) {
    try {
      (void)existing_command(front_commands(), name);
    } catch (const UsageError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(sentence("trian"),
            "there is no command \"trian\" (did you mean \"train\"?); `tagloom --help` lists them.");
  EXPECT_THAT(sentence("cahce"), HasSubstr("did you mean \"cache\"?"));
  EXPECT_THAT(sentence("cache biuld"), HasSubstr("did you mean \"cache build\"?"));
  EXPECT_EQ(sentence("zzz"), "there is no command \"zzz\"; `tagloom --help` lists them.");
}

TEST(Commands, AMistypedOptionIsAnsweredWithTheOneThatWasMeant) {
  EXPECT_EQ(answer("train", {"--epohcs", "3"}),
            "there is no option \"--epohcs\" (did you mean \"--epochs\"?); `tagloom help train` shows those "
            "there are.");
  EXPECT_EQ(answer("evaluate", {"--zzzzz"}),
            "there is no option \"--zzzzz\"; `tagloom help evaluate` shows those there are.");
}

TEST(Commands, AMistypedValueIsAnsweredWithTheOneThatWasMeant) {
  EXPECT_EQ(answer("train", {"--precision", "flaot32"}),
            "--precision is flaot32 (did you mean \"float32\"?); it must be auto, float32 or bfloat16.");
  EXPECT_EQ(answer("plugins new", {"decodr", "mine"}),
            "--kind is decodr (did you mean \"decoder\"?); it must be classifier, decoder, encoder, loss, "
            "multilabel_loss or ordering.");
  EXPECT_THAT(answer("train", {"--data", "d", "--cache", "c", "--out", "o", "--set", "decodr.hidden=8"}),
              HasSubstr("not of \"decodr\" (did you mean \"decoder\"?)."));
}

TEST(Commands, AnArgumentTooManyIsNamed) {
  EXPECT_EQ(answer("cache info", {"a.h5", "b.h5"}),
            "\"b.h5\" is one argument too many; the usage is `tagloom cache info FILE [options]`.");
}

TEST(Commands, WhatIsMissingIsNamedWithTheUsage) {
  EXPECT_EQ(
      answer("train", {"--data", "d"}),
      "--cache FILE is required, but missing; the usage is `tagloom train --data DATA --cache FILE --out "
      "FILE [options]`.");
  EXPECT_THAT(answer("evaluate", {}), HasSubstr("--checkpoint FILE is required, but missing"));
  EXPECT_EQ(answer("cache build", {"--out", "x.h5"}),
            "Give either --data (a data set) or --images (a folder, an archive or a list of images).");
}

TEST(Commands, WhatContradictsItselfIsRefusedWithoutAnyWork) {
  EXPECT_THAT(answer("train",
                     {"--data", "d", "--cache", "c", "--out", "o", "--decoder", "ria", "--threshold", "0.5"}),
              HasSubstr("--threshold does nothing here"));
  EXPECT_THAT(answer("evaluate", {"m", "--data", "d", "--cache", "c", "--n-best", "2"}),
              HasSubstr("--n-best goes into the JSON file only"));
}

TEST(Commands, HelpFitsTheColumnsAndShowsDefaultsGroupsAndExamples) {
  for (const char* columns : {"60", "80", "160"}) {
    setenv("COLUMNS", columns, 1);
    for (const Command& command : front_commands()) {
      CaptureStdout();
      EXPECT_FALSE(command.read(command, {"--help"}));
      std::istringstream lines(GetCapturedStdout());
      for (std::string line; std::getline(lines, line);)
        EXPECT_LE(line.size(), std::min(100UL, std::stoul(columns))) << line;
    }
  }
  const Command& train = existing_command(front_commands(), "train");
  CaptureStdout();
  (void)train.read(train, {"-h"});
  const std::string help = GetCapturedStdout();
  unsetenv("COLUMNS");
  for (const char* words :
       {"examples:\n", "\nmodel:\n", "\nschedule:\n", "\ngeneral:\n", "(default 40)", "(required)"})
    EXPECT_THAT(help, HasSubstr(words));
}

}  // namespace
}  // namespace tagloom::commands
