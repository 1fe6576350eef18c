#include "runtime/terminal.hpp"

#include "runtime/wrapped.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fcntl.h>
#include <map>
#include <string>
#include <sys/ioctl.h>
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

/// A terminal that nobody looks at.
class OwnTerminal {
 public:
  explicit OwnTerminal(unsigned short columns) : controlling_(posix_openpt(O_RDWR | O_NOCTTY)) {
    grantpt(controlling_);
    unlockpt(controlling_);
    end_ = open(ptsname(controlling_), O_RDWR | O_NOCTTY);
    const winsize size{.ws_row = 25, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
    ioctl(end_, TIOCSWINSZ, &size);
  }
  ~OwnTerminal() {
    close(end_);
    close(controlling_);
  }
  OwnTerminal(const OwnTerminal&) = delete;
  OwnTerminal& operator=(const OwnTerminal&) = delete;

  [[nodiscard]] int end() const { return end_; }

 private:
  int controlling_;
  int end_ = -1;
};

TEST(Terminal, SentencesAreBrokenBetweenWordsOnATerminalAndNowhereElse) {
  const std::string text = "tagloom: cache.h5 is no feature cache of tagloom;\n  what it is nobody can say.";
  int ends[2] = {};
  ASSERT_EQ(pipe(ends), 0);
  EXPECT_EQ(in_lines(ends[1], text, 2, these({{"COLUMNS", "44"}})), text);
  close(ends[0]);
  close(ends[1]);
  const std::string broken =
      "tagloom: cache.h5 is no feature cache of\n  tagloom;\n  what it is nobody can say.";
  const OwnTerminal terminal(44);
  ASSERT_EQ(isatty(terminal.end()), 1);
  EXPECT_EQ(in_lines(terminal.end(), text, 2, these({})), broken);
  EXPECT_EQ(in_lines(OwnTerminal(200).end(), text, 2, these({{"COLUMNS", "44"}})), broken);
  EXPECT_EQ(in_lines(OwnTerminal(5).end(), "a few words", 2, these({})), "a few words")
      << "narrower than anybody reads";
  EXPECT_EQ(in_lines(terminal.end(), "one\n", 2, these({})), "one\n");
  EXPECT_EQ(in_lines(terminal.end(), "decoder  ria  an LSTM that starts from a feature", 14, these({})),
            "decoder  ria  an LSTM that starts from a\n              feature");
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
