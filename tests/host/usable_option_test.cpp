#include "registry/usable_option.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace tagloom::registry {
namespace {

using ::testing::HasSubstr;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(UsableOption, IsOneThatCanBeSetAndLeft) {
  EXPECT_EQ(why_unusable({.name = "rate", .default_value = 0.5, .help = "", .minimum = 0, .maximum = 1}), "");
  EXPECT_EQ(why_unusable({.name = "steps", .default_value = std::int64_t{3}, .help = "", .minimum = 3}), "");
  EXPECT_EQ(why_unusable({.name = "on", .default_value = true, .help = "whether"}), "");
  EXPECT_EQ(
      why_unusable(
          {.name = "way", .default_value = std::string("one"), .help = "", .choices = {"one", "other"}}),
      "");
}

TEST(UsableOption, HasADefaultWithinItsOwnRange) {
  EXPECT_THAT(why_unusable({.name = "rate", .default_value = 2.0, .help = "", .minimum = 0, .maximum = 1}),
              HasSubstr("a default of 2, which is not from 0 to 1"));
  EXPECT_THAT(why_unusable({.name = "steps", .default_value = std::int64_t{0}, .help = "", .minimum = 1}),
              HasSubstr("a default of 0, which is not at least 1"));
  EXPECT_THAT(why_unusable({.name = "rate", .default_value = kNaN, .help = ""}), HasSubstr("no number"));
  EXPECT_THAT(
      why_unusable(
          {.name = "way", .default_value = std::string("third"), .help = "", .choices = {"one", "other"}}),
      HasSubstr("the default \"third\", which is none of its choices"));
}

TEST(UsableOption, HasBoundsThatLeaveRoom) {
  EXPECT_THAT(why_unusable({.name = "rate", .default_value = 0.5, .help = "", .minimum = 1, .maximum = 0}),
              HasSubstr("a minimum of 1, above its maximum of 0"));
  EXPECT_THAT(why_unusable({.name = "rate", .default_value = 0.5, .help = "", .minimum = kNaN}),
              HasSubstr("a bound that is no number"));
}

TEST(UsableOption, HasANameThatFitsIntoTheCommandLine) {
  for (const char* name : {"my rate", "rate=", "ra\nte", "\xff"})
    EXPECT_THAT(why_unusable({.name = name, .default_value = 0.5, .help = ""}), HasSubstr("--set"));
}

TEST(UsableOption, HasOnlyWhatItsTypeCanHave) {
  EXPECT_THAT(
      why_unusable({.name = "steps", .default_value = std::int64_t{1}, .help = "", .choices = {"1", "2"}}),
      HasSubstr("of type integer with choices"));
  EXPECT_THAT(why_unusable({.name = "way", .default_value = std::string("one"), .help = "", .minimum = 0}),
              HasSubstr("of type text with bounds"));
}

/// It is recorded in checkpoints, which are UTF-8.
TEST(UsableOption, HasTextsInUtf8) {
  EXPECT_THAT(why_unusable({.name = "way", .default_value = std::string("\xff"), .help = ""}),
              HasSubstr("no UTF-8"));
  EXPECT_THAT(why_unusable({.name = "way", .default_value = true, .help = "\xff"}), HasSubstr("no UTF-8"));
}

}  // namespace
}  // namespace tagloom::registry
