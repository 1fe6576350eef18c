#include "runtime/terminal.hpp"

#include "runtime/wrapped.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <unistd.h>

namespace tagloom::runtime {
namespace {

Variables these(const std::map<std::string, std::string>& variables) {
  return [variables](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
  };
}

TEST(Terminal, ColumnsAreThoseOfTheVariableWhereItIsANumber) {
  const int without = columns(these({}));
  EXPECT_EQ(columns(these({{"COLUMNS", "61"}})), 61);
  for (const char* none : {"", "many", "0", "-5", "60x"})
    EXPECT_EQ(columns(these({{"COLUMNS", none}})), without) << none;
}

TEST(Terminal, WhatIsNoTerminalTakesNoColours) {
  int ends[2] = {};
  ASSERT_EQ(pipe(ends), 0);
  EXPECT_FALSE(takes_colours(ends[1], these({{"TERM", "xterm"}})));
  close(ends[0]);
  close(ends[1]);
}

TEST(Wrapped, LinesKeepToTheirWidthAndLoseNoWord) {
  const std::string text = "one two three four five six";
  EXPECT_EQ(wrapped(text, {.width = 13}), "one two three\nfour five six\n");
  EXPECT_EQ(wrapped(text, {.width = 12, .indent = 2}), "one two\n  three four\n  five six\n");
  EXPECT_EQ(wrapped("a_word_that_is_longer b", {.width = 5}), "a_word_that_is_longer\nb\n");
  EXPECT_EQ(
      wrapped("tagloom train --data d", {.width = 15, .first_indent = 2, .indent = 6, .continued = " \\"}),
      "  tagloom \\\n      train \\\n      --data d\n");
}

TEST(Wrapped, HelpStandsBesideANameThatHasRoomAndBelowOneThatHasNot) {
  EXPECT_EQ(entry("  --beam N", "how wide", 12, 40), "  --beam N  how wide\n");
  EXPECT_EQ(entry("  --length-penalty X", "rank", 12, 40), "  --length-penalty X\n            rank\n");
}

}  // namespace
}  // namespace tagloom::runtime
