#include <tagloom/base/brief.hpp>
#include <tagloom/base/name.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace tagloom {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;

TEST(Brief, IsTheFirstLineThatSaysSomething) {
  EXPECT_EQ(brief("one\ntwo"), "one");
  EXPECT_EQ(brief("\n  \n one\r\ntwo"), "one");
  EXPECT_EQ(brief(" \n\t"), "");
}

TEST(Brief, HasAnEndAndCutsNoCharacter) {
  EXPECT_EQ(brief(std::string(kBriefBytes, 'x')).size(), kBriefBytes);
  for (std::size_t before = 0; before < 4; ++before) {
    std::string text(before, 'x');
    for (int i = 0; i < 1000; ++i)
      text += "\xe2\x82\xac";
    const std::string cut = brief(text);
    EXPECT_LE(cut.size(), kBriefBytes + 3);
    EXPECT_TRUE(is_utf8(cut)) << before;
    EXPECT_THAT(cut, EndsWith("..."));
  }
}

TEST(Brief, AnExceptionThatSaysNothingIsCalledByItsType) {
  EXPECT_EQ(brief_what(std::runtime_error("one\ntwo")), "one");
  EXPECT_THAT(brief_what(std::runtime_error("")),
              AllOf(HasSubstr("std::runtime_error"), HasSubstr("says nothing")));
  struct Mute : std::exception {
    [[nodiscard]] const char* what() const noexcept override { return nullptr; }
  };
  EXPECT_THAT(brief_what(Mute()), HasSubstr("Mute"));
}

TEST(Brief, WhatIsNestedInnermostWentWrongFirst) {
  const auto innermost = [](const auto& cause) {
    try {
      try {
        throw cause;
      } catch (...) {
        std::throw_with_nested(std::logic_error("around it"));
      }
    } catch (const std::exception& error) {
      return innermost_what(error);
    }
  };
  EXPECT_EQ(innermost(std::runtime_error("the cause")), "the cause");
  EXPECT_EQ(innermost(7), "what is no std::exception");
  EXPECT_EQ(innermost_what(std::runtime_error("alone")), "alone");
}

TEST(Brief, ANameInALibraryIsSpeltAsInItsSource) {
  EXPECT_EQ(spelt("_Z15defined_nowherev"), "defined_nowhere()");
  EXPECT_EQ(spelt("dlopen"), "dlopen");
}

}  // namespace
}  // namespace tagloom
