#pragma once

/// For tests in which a process ends.

#include "support/files.hpp"

#include <gtest/gtest.h>

namespace tagloom::testing {

/// EXPECT_EXIT starts the test anew in a process without threads, whose temporary folders this one removes:
/// it ends without doing so.
class OwnProcess : public ::testing::Test {
 protected:
  /// What its members made before is this process's own.
  void SetUp() override;
  void TearDown() override;

 private:
  TemporaryFolder folders_;
};

}  // namespace tagloom::testing
