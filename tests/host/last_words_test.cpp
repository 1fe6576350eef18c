#include "runtime/last_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <unistd.h>

namespace tagloom::runtime {
namespace {

using ::testing::EndsWith;

class LastWordsOfAPipe : public ::testing::Test {
 protected:
  LastWordsOfAPipe() { EXPECT_EQ(pipe(ends_.data()), 0); }
  ~LastWordsOfAPipe() override {
    close(ends_[0]);
    if (ends_[1] >= 0) close(ends_[1]);
  }
  void say(const std::string& text) {
    EXPECT_EQ(write(ends_[1], text.data(), text.size()), ssize_t(text.size()));
  }
  void leave() {
    close(ends_[1]);
    ends_[1] = -1;
  }

  std::array<int, 2> ends_{};
};

TEST_F(LastWordsOfAPipe, AreItsLastLinesAndNobodyIsWaitedFor) {
  LastWords words(ends_[0]);
  words.take();
  EXPECT_EQ(words.text(), "");
  say("one\ntwo\n\nterminate called\n  what(): it\nAborted");
  words.take();
  EXPECT_EQ(words.text(), "terminate called what(): it Aborted");
  EXPECT_EQ(words.descriptor(), ends_[0]);
  leave();
  words.take();
  EXPECT_LT(words.descriptor(), 0);
  words.take();
  EXPECT_EQ(words.text(), "terminate called what(): it Aborted");
}

TEST_F(LastWordsOfAPipe, HaveAnEndWhateverIsSaid) {
  LastWords words(ends_[0]);
  std::string line(10'000, 'x');
  line.back() = '\n';
  for (int i = 0; i < 100; ++i) {
    say(line);
    words.take();
  }
  say("the end\n");
  words.take();
  EXPECT_LT(words.text().size(), 1000U);
  EXPECT_THAT(words.text(), EndsWith("the end"));
}

}  // namespace
}  // namespace tagloom::runtime
