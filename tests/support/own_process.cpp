#include "support/own_process.hpp"

#include <cstdlib>

namespace tagloom::testing {

void OwnProcess::SetUp() {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  setenv("TMPDIR", folders_.path().c_str(), 1);
}

void OwnProcess::TearDown() {
  unsetenv("TMPDIR");
}

}  // namespace tagloom::testing
