#include "runtime/for_shell.hpp"

#include <gtest/gtest.h>

namespace tagloom::runtime {
namespace {

TEST(ForShell, AWordIsQuotedWhereAShellWouldReadItOtherwise) {
  EXPECT_EQ(for_shell("/opt/tagloom-0.9/my_decoder"), "/opt/tagloom-0.9/my_decoder");
  EXPECT_EQ(for_shell("$HOME and `more` \"here\""), "'$HOME and `more` \"here\"'");
  EXPECT_EQ(for_shell("it's"), "'it'\\''s'");
  EXPECT_EQ(for_shell("~/mine"), "'~/mine'");
  EXPECT_EQ(for_shell(""), "''");
}

}  // namespace
}  // namespace tagloom::runtime
