#include <tagloom/conformance/standard_output.hpp>

#include <gtest/gtest.h>

#include <cstdio>
#include <iostream>
#include <unistd.h>

namespace tagloom::conformance {
namespace {

TEST(StandardOutput, IsCapturedHoweverItIsWritten) {
  const StandardOutput output;
  std::cout << "one ";
  std::printf("two ");
  std::fflush(stdout);
  ASSERT_EQ(write(STDOUT_FILENO, "three", 5), 5);
  const std::string text = output.text();
  for (const char* word : {"one", "two", "three"})
    EXPECT_NE(text.find(word), std::string::npos) << text;
  EXPECT_EQ(output.text(3).size(), 3U);
}

TEST(StandardOutput, GoesWhereItWentAsSoonAsTheCaptureEnds) {
  const StandardOutput outer;
  std::printf("before ");
  {
    const StandardOutput inner;
    std::printf("between");
    EXPECT_EQ(inner.text(), "between");
  }
  std::printf("after");
  EXPECT_EQ(outer.text(), "before after");
}

}  // namespace
}  // namespace tagloom::conformance
