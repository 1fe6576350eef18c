#include <tagloom/base/error.hpp>
#include <tagloom/options.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace tagloom {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

const std::vector<OptionSpec> kSpecs = {
    {.name = "hidden", .default_value = std::int64_t{64}, .help = "units", .minimum = 1, .maximum = 4096},
    {.name = "dropout", .default_value = 0.5, .help = "share", .minimum = 0, .maximum = 1},
    {.name = "frozen", .default_value = true, .help = "keep"},
    {.name = "cell", .default_value = std::string("lstm"), .help = "kind", .choices = {"lstm", "gru"}},
};

Options given(const std::map<std::string, std::string>& assignments) {
  return Options("decoder ria", kSpecs, assignments);
}

auto refused_with(const std::string& name, const std::string& word) {
  return ThrowsMessage<UsageError>(AllOf(HasSubstr("decoder ria"), HasSubstr(name), HasSubstr(word)));
}

TEST(Options, AreTheDefaultsWhereNothingIsGiven) {
  const Options options = given({{"hidden", "128"}});
  EXPECT_EQ(options.integer("hidden"), 128);
  EXPECT_EQ(options.real("dropout"), 0.5);
  EXPECT_TRUE(options.flag("frozen"));
  EXPECT_EQ(options.text("cell"), "lstm");
}

TEST(Options, RefuseWhatWasNotDeclared) {
  EXPECT_THAT([] { given({{"hiden", "1"}}); }, refused_with("hiden", "hidden"));
}

TEST(Options, RefuseTextThatIsNoValueOfTheType) {
  EXPECT_THAT([] { given({{"hidden", "12x"}}); }, refused_with("hidden", "12x"));
  EXPECT_THAT([] { given({{"hidden", "1.5"}}); }, refused_with("hidden", "1.5"));
  EXPECT_THAT([] { given({{"dropout", ""}}); }, refused_with("dropout", ""));
  EXPECT_THAT([] { given({{"dropout", "nan"}}); }, refused_with("dropout", "nan"));
  EXPECT_THAT([] { given({{"frozen", "maybe"}}); }, refused_with("frozen", "maybe"));
}

TEST(Options, RefuseValuesOutOfRange) {
  EXPECT_THAT([] { given({{"hidden", "0"}}); }, refused_with("hidden", "0"));
  EXPECT_THAT([] { given({{"dropout", "1.01"}}); }, refused_with("dropout", "1.01"));
  EXPECT_THAT([] { given({{"cell", "rnn"}}); }, refused_with("cell", "gru"));
}

/// A mistake of the component's, which its author reads.
TEST(Options, WhatAComponentReadsWronglyIsNamed) {
  const Options options = given({});
  EXPECT_THAT([&] { (void)options.integer("dropout"); },
              ThrowsMessage<std::logic_error>("option dropout was read as integer, but declared as real"));
  EXPECT_THAT([&] { (void)options.text("hidden"); },
              ThrowsMessage<std::logic_error>("option hidden was read as text, but declared as integer"));
  EXPECT_THAT([&] { (void)options.flag("hiden"); },
              ThrowsMessage<std::logic_error>("option hiden was read but never declared"));
}

TEST(Options, TextFormReadsBackToTheSameValues) {
  const Options options = given({{"dropout", "0.1"}, {"frozen", "false"}});
  const Options again = given(options.to_text());
  EXPECT_EQ(again.real("dropout"), 0.1);
  EXPECT_FALSE(again.flag("frozen"));
  EXPECT_EQ(again.to_text(), options.to_text());
}

}  // namespace
}  // namespace tagloom
