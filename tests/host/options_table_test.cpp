/// The tables that command lines, files of options, help and records come from.

#include "commands/command_line.hpp"
#include "commands/commands.hpp"
#include "evaluation/compare.hpp"
#include "features/build_cache.hpp"
#include "options/config_file.hpp"
#include "training/config.hpp"

#include <tagloom/base/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace tagloom {
namespace {

using options::Option;
using options::Row;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;

/// One option of every type.
struct Settings {
  std::int64_t count = 4;
  double share = 0.25;
  bool flag = false;
  std::string text = "plain";
  std::filesystem::path file;
  std::vector<std::filesystem::path> files;
  std::uint64_t seed = 7;
  runtime::Precision precision = runtime::Precision::automatic;
  training::Threshold threshold;
};

const options::Table<Settings>& table() {
  using C = Settings;
  static const options::Table<C> rows = {Row("count", &C::count, "help").from(1).to(8).recorded(),
                                         Row("share", &C::share, "help").from(options::above(0)).to(1),
                                         Row("flag", &C::flag, "help"),
                                         Row("text", &C::text, "help"),
                                         Row("file", &C::file, "help"),
                                         Row("file-list", &C::files, "help").recorded(),
                                         Row("seed", &C::seed, "help").from(0),
                                         Row("precision", &C::precision, "help").recorded(),
                                         Row("threshold", &C::threshold, "help").recorded()};
  return rows;
}

const Option& option(const std::string& name) {
  for (const auto& row : table())
    if (row.option.spec.name == name) return row.option;
  throw std::out_of_range(name);
}

std::string refusal(const std::string& name, const std::string& text) {
  try {
    (void)options::read(option(name), text);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "nothing was thrown";
}

void set(Settings& settings, const std::string& name, const options::Texts& texts) {
  for (const auto& row : table()) {
    if (row.option.spec.name != name) continue;
    options::Values values;
    for (const std::string& text : texts)
      values.push_back(options::read(row.option, text));
    row.set(settings, values);
  }
}

TEST(OptionTable, AWrongValueIsNamedWithWhatTheOptionTakes) {
  EXPECT_EQ(refusal("count", "0"), "--count is 0; it must be a whole number from 1 to 8.");
  EXPECT_EQ(refusal("count", "9"), "--count is 9; it must be a whole number from 1 to 8.");
  EXPECT_EQ(refusal("count", "2.5"), "--count is 2.5; it must be a whole number from 1 to 8.");
  EXPECT_EQ(refusal("count", "99999999999999999999"),
            "--count is 99999999999999999999; it must be a whole number from 1 to 8.");
  EXPECT_EQ(refusal("share", "0"), "--share is 0; it must be above 0 and at most 1.");
  EXPECT_EQ(refusal("share", "much"), "--share is much; it must be above 0 and at most 1.");
  EXPECT_EQ(refusal("share", "nan"), "--share is nan; it must be above 0 and at most 1 and finite.");
  EXPECT_EQ(refusal("flag", "maybe"), "--flag is maybe; it must be true or false.");
  EXPECT_EQ(refusal("seed", "-1"), "--seed is -1; it must be a whole number at least 0.");
  EXPECT_EQ(refusal("precision", "half"), "--precision is half; it must be auto, float32 or bfloat16.");
  EXPECT_EQ(refusal("threshold", "often"), "--threshold is often; it must be a probability or \"fitted\".");
}

TEST(OptionTable, RangesAreSaidInWords) {
  EXPECT_EQ(options::range_of({.name = "x", .default_value = 0.5, .help = "", .minimum = 0, .maximum = 1}),
            "from 0 to 1");
  EXPECT_EQ(options::range_of(
                {.name = "x", .default_value = 0.5, .help = "", .minimum = 0, .maximum = options::below(1)}),
            "at least 0 and below 1");
  EXPECT_EQ(options::range_of({.name = "x", .default_value = 0.5, .help = "", .minimum = options::above(0)}),
            "above 0");
  EXPECT_EQ(options::range_of({.name = "x", .default_value = 0.5, .help = "", .maximum = 1}), "at most 1");
  EXPECT_EQ(options::range_of({.name = "x", .default_value = 0.5, .help = ""}), "");
}

TEST(OptionTable, MembersAreWhatTheTextsSay) {
  Settings settings;
  set(settings, "count", {"+8"});
  set(settings, "share", {".5"});
  set(settings, "flag", {"yes"});
  set(settings, "file-list", {"a", "b c"});
  set(settings, "precision", {"bfloat16"});
  set(settings, "threshold", {"fitted"});
  EXPECT_EQ(settings.count, 8);
  EXPECT_EQ(settings.share, 0.5);
  EXPECT_TRUE(settings.flag);
  EXPECT_EQ(settings.files, (std::vector<std::filesystem::path>{"a", "b c"}));
  EXPECT_EQ(settings.precision, runtime::Precision::bfloat16);
  EXPECT_FALSE(settings.threshold.fixed.has_value());
}

TEST(OptionTable, AConfigurationIsCheckedAsTextsAre) {
  Settings settings;
  EXPECT_NO_THROW(options::check(table(), settings));
  settings.count = 9;
  EXPECT_THAT([&] { options::check(table(), settings); },
              ThrowsMessage<UsageError>(HasSubstr("--count is 9")));
  settings.count = 8;
  settings.threshold.fixed = 1.5F;
  EXPECT_THAT([&] { options::check(table(), settings); },
              ThrowsMessage<UsageError>(HasSubstr("--threshold is 1.5")));
}

TEST(OptionTable, RecordsHoldTheRowsThatAreToBeRecorded) {
  Settings settings;
  settings.files = {"a", "b"};
  EXPECT_EQ(options::record_of(table(), settings),
            (std::map<std::string, std::string>{
                {"count", "4"}, {"file_list", "a b"}, {"precision", "auto"}, {"threshold", "0.5"}}));
}

TEST(OptionTable, ARecordOfAnotherSpellingIsTheSame) {
  EXPECT_EQ(
      options::respelt(table(), {{"threshold", "0.50"}, {"precision", "auto"}, {"other", "0.50"}}),
      (std::map<std::string, std::string>{{"threshold", "0.5"}, {"precision", "auto"}, {"other", "0.50"}}));
}

TEST(OptionTable, AValueThatAFileOfOptionsCannotHoldIsNamed) {
  Settings settings;
  for (const char* text : {"a#b", " a", "a ", "a\nb", "\xff"}) {
    settings.text = text;
    EXPECT_THAT([&] { (void)options::config_file(table(), settings); },
                ThrowsMessage<UsageError>(HasSubstr("--text \"")));
  }
}

TEST(OptionTable, EveryDefaultIsInRange) {
  EXPECT_NO_THROW(options::check(training::option_table(), training::TrainConfig()));
  EXPECT_NO_THROW(options::check(evaluation::option_table(), evaluation::CompareConfig()));
  EXPECT_NO_THROW(options::check(features::option_table(), features::BuildConfig()));
  EXPECT_NO_THROW(options::check(search::option_table(), search::SearchOptions()));
}

TEST(OptionTable, EveryOptionOfACommandHasANameOfItsOwnAndHelp) {
  for (const commands::Command& command : commands::commands()) {
    std::set<std::string> names = {"help", "config", "print-config"};
    for (const Option& each : command.options) {
      EXPECT_TRUE(names.insert(each.spec.name).second) << command.name << " " << each.spec.name;
      EXPECT_THAT(each.spec.help, Not(IsEmpty())) << command.name << " " << each.spec.name;
    }
  }
}

/// What a run of the time before the table recorded, and so what its state must be resumed with.
TEST(OptionTable, ATrainingIsDescribedAsItAlwaysWas) {
  training::TrainConfig config{.model = {.classifier = "linear", .decoder = "sr_cnn_rnn"},
                               .embeddings = "vectors/glove.txt"};
  config.model.decoder_options["hidden"] = "8";
  EXPECT_EQ(training::described(config),
            (std::map<std::string, std::string>{{"batch", "32"},
                                                {"classifier", "linear"},
                                                {"clip_norm", "0"},
                                                {"concept_epochs", "20"},
                                                {"concept_weight", "1"},
                                                {"decoder", "sr_cnn_rnn"},
                                                {"decoder.hidden", "8"},
                                                {"ema", "0"},
                                                {"embeddings", "glove.txt"},
                                                {"epochs", "40"},
                                                {"learning_rate", "0.0001"},
                                                {"loss", "cross_entropy"},
                                                {"multilabel_loss", "soft_margin"},
                                                {"ordering", "rare_first"},
                                                {"patience", "0"},
                                                {"pct_start", "0.2"},
                                                {"precision", "auto"},
                                                {"scheduled_sampling", "0"},
                                                {"seed", "1"},
                                                {"select_on", "validation"},
                                                {"stop_after", "0"},
                                                {"validation", "0.1"},
                                                {"views", "0"}}));
  config.model.decoder.clear();
  const auto alone = training::described(config);
  EXPECT_EQ(alone.at("threshold"), "0.5");
  for (const char* idle : {"ordering", "loss", "embeddings", "scheduled_sampling", "concept_epochs"})
    EXPECT_FALSE(alone.contains(idle)) << idle;
}

}  // namespace
}  // namespace tagloom
