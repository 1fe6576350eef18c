/// packaging/test-summary, whose words are all that most readers of a run's output see.

#include "end_to_end/tagloom_process.hpp"
#include "places.hpp"
#include "support/files.hpp"

#include <gtest/gtest.h>

namespace tagloom {
namespace {

TEST(TestSummary, NamesEveryCaseThatWasSkippedOrFailedAndCounts) {
  const auto result = testing::run_program(TAGLOOM_TEST_SUMMARY, {testing::test_data("ctest.log").string()});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.out,
            "skipped  Corel.Skipped: Corel-5k is not here really\n"
            "skipped  Journey.Skipped: no Gloo\n"
            "failed   Journey.Failed, where GetParam() = 3\n"
            "failed   Journey.Crashed: it did not end by itself\n"
            "failed   crashed_at_its_end\n"
            "failed   fuzz.failed\n"
            "failed   missing: it was not built\n"
            "4 passed, 5 failed, 2 skipped\n");
}

}  // namespace
}  // namespace tagloom
