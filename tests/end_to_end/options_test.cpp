/// What else than a command comes from the tables of options: help, files of options, completion, manual
/// pages.

#include "journey.hpp"
#include "support/files.hpp"
#include "tagloom_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <utility>

namespace tagloom {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::journey;
using ::testing::Not;
using testing::run_shell;
using testing::run_tagloom;
using testing::TemporaryFolder;

std::string printed(const std::vector<std::string>& arguments) {
  const auto result = run_tagloom(arguments);
  EXPECT_EQ(result.status, 0) << result.err;
  return result.out;
}

void expect_round_trip(const TemporaryFolder& folder, std::vector<std::string> arguments) {
  arguments.emplace_back("--print-config");
  const std::string first = printed(arguments);
  testing::write_text(folder / "options.cfg", first);
  const std::size_t words = arguments[0] == "cache" || arguments[0] == "dataset" ? 2 : 1;
  std::vector<std::string> again(arguments.begin(), arguments.begin() + static_cast<std::ptrdiff_t>(words));
  again.insert(again.end(), {"--config", folder / "options.cfg", "--print-config"});
  EXPECT_EQ(printed(again), first);
}

TEST(Options, WhatIsPrintedAsAFileIsReadBack) {
  const TemporaryFolder folder;
  expect_round_trip(folder, {"train"});
  expect_round_trip(folder, {"train",
                             "--data",
                             "a b",
                             "--cache",
                             "c.h5",
                             "--out",
                             "m",
                             "--view",
                             "x.h5",
                             "--view",
                             "y.h5",
                             "--epochs",
                             "3",
                             "--learning-rate",
                             "1e-3",
                             "--set",
                             "decoder.hidden=8",
                             "--set",
                             "decoder.hidden=16",
                             "--resume",
                             "--precision",
                             "float32"});
  expect_round_trip(folder,
                    {"train", "--classifier", "linear", "--threshold", "fitted", "--plugin-dir", "/tmp"});
  expect_round_trip(folder, {"evaluate", "a.safetensors", "b.safetensors", "--data", "d", "--cache", "c",
                             "--split", "train", "--split", "test", "--beam", "4", "--bands"});
  expect_round_trip(folder,
                    {"cache", "build", "--images", "i", "--out", "o.h5", "--pixels", "stored", "--flip"});
  expect_round_trip(folder, {"dataset", "demo", "d", "--count", "8", "--seed", "3"});
}

TEST(Options, PrintingThemDoesNothingElse) {
  const TemporaryFolder folder;
  auto arguments = journey().train(folder / "new" / "m.safetensors");
  arguments.emplace_back("--print-config");
  EXPECT_THAT(printed(arguments), AllOf(HasSubstr("epochs = 3\n"), HasSubstr("set = decoder.hidden=32\n"),
                                        HasSubstr("decoder = ria\n"), Not(HasSubstr("threshold"))));
  EXPECT_FALSE(std::filesystem::exists(folder / "new"));
}

TEST(Options, AFileWithAValueOutOfRangeIsNamed) {
  const TemporaryFolder folder;
  testing::write_text(folder / "options.cfg", "epochs = 0\n");
  const auto result = run_tagloom({"train", "--config", folder / "options.cfg"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err,
              HasSubstr("options.cfg: --epochs is 0; it must be a whole number from 1 to 1000000."));
}

TEST(Options, OfComponentsAreJudgedBeforeAnyFileIsOpenedOrMade) {
  const TemporaryFolder folder;
  const std::string out = folder / "new" / "out";
  for (const char* setting :
       {"decoder.hidden=0", "decoder.hiden=8", "ordering.compat=perhaps", "loss.gamma=1"}) {
    const auto result =
        run_tagloom({"train", "--data", "/no/data", "--cache", "/no/cache", "--out", out, "--set", setting});
    EXPECT_EQ(result.status, 2) << setting;
    EXPECT_THAT(result.err, Not(HasSubstr("/no/"))) << setting;
  }
  const auto build =
      run_tagloom({"cache", "build", "--data", "/no/data", "--out", out, "--set", "encoder.image_size=-1"});
  EXPECT_EQ(build.status, 2);
  EXPECT_THAT(build.err, HasSubstr("image_size"));
  const auto evaluate = run_tagloom(
      {"evaluate", "/no/m", "--data", "/no/data", "--cache", "/no/cache", "--n-best", "2", "--json", out});
  EXPECT_EQ(evaluate.status, 2);
  EXPECT_THAT(evaluate.err, HasSubstr("--n-best is 2"));
  EXPECT_FALSE(std::filesystem::exists(folder / "new"));
}

/// The words that bash offers after `line`.
std::string offered(const TemporaryFolder& folder, const std::string& words, const std::string& from) {
  const auto result =
      run_shell("cd " + folder.path().string() + " && bash -c 'eval \"$($TAGLOOM completion " + from +
                ")\"; COMP_WORDS=(" + words +
                "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _tagloom; echo \"${COMPREPLY[@]}\"'");
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.err, "");
  return result.out;
}

TEST(Options, BashCompletesCommandsOptionsWordsAndFiles) {
  const TemporaryFolder folder;
  testing::write_text(folder / "file.h5", "");
  std::filesystem::create_directory(folder / "folder");
  const auto after = [&](const std::string& words) { return offered(folder, words, "bash"); };
  EXPECT_EQ(after("tagloom tr"), "train\n");
  EXPECT_EQ(after("tagloom help tr"), "train\n");
  EXPECT_EQ(after("tagloom man cache v"), "verify\n");
  EXPECT_EQ(after("tagloom plugins new dec"), "decoder\n");
  EXPECT_EQ(after("tagloom train --qui"), "--quiet\n");
  EXPECT_EQ(after("tagloom cache b"), "build\n");
  EXPECT_EQ(after("tagloom train --ep"), "--epochs\n");
  EXPECT_EQ(after("tagloom cache build --comp"), "--compression\n");
  EXPECT_EQ(after("tagloom train --precision \"\""), "auto float32 bfloat16\n");
  EXPECT_EQ(after("tagloom train --cache fi"), "file.h5\n");
  EXPECT_EQ(after("tagloom train --data f"), "file.h5 folder\n");
  EXPECT_EQ(after("tagloom cache build --images f"), "file.h5 folder\n");
  EXPECT_EQ(after("tagloom dataset demo f"), "folder\n");
  EXPECT_EQ(after("tagloom cache info fi"), "file.h5\n");
  EXPECT_EQ(after("tagloom train --epochs \"\""), "\n");
}

/// Types at a zsh of its own, with TAB at the end, and returns what that makes of the line. The shell is
/// asked to print its line by a key, so that nothing has to be waited for but its answer.
constexpr const char* kTypeAtZsh = R"zsh(
zmodload zsh/zpty || exit 1
zpty typed zsh -f -i
zpty -w typed 'PROMPT=; setopt no_beep; autoload -U compinit; fpath=("$PWD/installed" $fpath)'
zpty -w typed 'compinit -D -u; [ -d installed ] || eval "$($TAGLOOM completion zsh)"'
zpty -w typed 'say() { zle -I; print -r -- "<$BUFFER>"; BUFFER= }; zle -N say; bindkey "^X" say'
zpty -w typed 'print re""ady'
zpty -r typed answer '*ready*' || exit 1
for line; do
  zpty -w -n typed "$line"$'\t\x18'
  zpty -r typed answer '*<*>*' || exit 1
  answer=${answer##*<}
  print -r -- "${answer%%>*}"
done
zpty -d typed
)zsh";

/// What zsh makes of lines in a folder, one a line.
std::string completed_by_zsh(const TemporaryFolder& folder, const std::vector<std::string>& lines) {
  testing::write_text(folder / "type", kTypeAtZsh);
  std::string command = "cd " + folder.path().string() + " && TERM=dumb timeout 60 zsh -f type";
  for (const std::string& line : lines)
    command += " '" + line + "'";
  const auto result = run_shell(command);
  EXPECT_EQ(result.status, 0) << result.err;
  return result.out;
}

TEST(Options, ZshCompletesThemWhetherInstalledOrEvaluated) {
  if (run_shell("command -v zsh").status != 0) GTEST_SKIP() << "there is no zsh here";
  const TemporaryFolder folder;
  testing::write_text(folder / "file.h5", "");
  std::filesystem::create_directory(folder / "folder");
  const auto expect_completion = [&] {
    EXPECT_EQ(
        completed_by_zsh(folder, {"tagloom ann", "tagloom help tr", "tagloom cache b", "tagloom train --ep",
                                  "tagloom annotate --format js", "tagloom train --cache fi",
                                  "tagloom train --data fo", "tagloom cache info fi"}),
        "tagloom annotate \n"
        "tagloom help train \n"
        "tagloom cache build \n"
        "tagloom train --epochs \n"
        "tagloom annotate --format jsonl \n"
        "tagloom train --cache file.h5 \n"
        "tagloom train --data folder/\n"
        "tagloom cache info file.h5 \n");
  };
  expect_completion();
  std::filesystem::create_directory(folder / "installed");
  testing::write_text(folder / "installed/_tagloom", printed({"completion", "zsh"}));
  expect_completion();
}

TEST(Options, ManualPagesHaveEveryOptionOfHelp) {
  const std::string page = printed({"man", "train"});
  const std::string help = printed({"train", "--help"});
  for (const auto& [name, in_roff] : {std::pair{"--epochs", "\\-\\-epochs"},
                                      {"--learning-rate", "\\-\\-learning\\-rate"},
                                      {"--set", "\\-\\-set"},
                                      {"--print-config", "\\-\\-print\\-config"}}) {
    EXPECT_THAT(help, HasSubstr(name));
    EXPECT_THAT(page, HasSubstr(in_roff));
  }
  EXPECT_THAT(page, AllOf(HasSubstr("A number from 1 to 1000000."), HasSubstr("Default: 40.")));
  EXPECT_THAT(printed({"man"}), HasSubstr("cache\\-build"));
  const TemporaryFolder folder;
  printed({"man", "--folder", folder / "man1"});
  EXPECT_EQ(testing::read_text(folder / "man1" / "tagloom-train.1"), page);
  EXPECT_EQ(run_tagloom({"man", "trian"}).status, 2);
}

TEST(Options, ACommandsSecondWordMayStandBehindOptions) {
  EXPECT_THAT(printed({"plugins", "--plugin-dir", "/tmp", "inspect", "ria"}), HasSubstr("ICPR 2016"));
}

}  // namespace
}  // namespace tagloom
