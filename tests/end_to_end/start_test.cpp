/// How the program starts: the launcher, and the settings of the process.

#include "support/files.hpp"
#include "tagloom_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <sys/wait.h>

namespace tagloom {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::run_program;
using testing::run_tagloom;
using testing::TemporaryFolder;

TEST(Start, InfoNamesEverySettingWithTheVariableThatChangesIt) {
  EXPECT_THAT(run_tagloom({"info"}).out,
              AllOf(HasSubstr("(OMP_NUM_THREADS)"), HasSubstr("(ATEN_CPU_CAPABILITY)"),
                    HasSubstr("(GOMP_SPINCOUNT of"), HasSubstr("(TAGLOOM_KEEP_MEMORY)"),
                    HasSubstr("(GLIBC_TUNABLES)"), HasSubstr("(OPENBLAS_CORETYPE)")));
}

TEST(Start, HugePagesAreAskedForUnlessTheUserHasTunablesOfTheirOwn) {
  EXPECT_THAT(run_tagloom({"info"}).out, HasSubstr("glibc.malloc.hugetlb=1 (GLIBC_TUNABLES)"));
  EXPECT_THAT(run_tagloom({"info"}, {{"GLIBC_TUNABLES", "glibc.malloc.hugetlb=0"}}).out,
              HasSubstr("glibc.malloc.hugetlb=0 (GLIBC_TUNABLES)"));
}

TEST(Start, OpenBLASComputesForTheInstructionsAtHandUnlessTheUserNamesAProcessor) {
  EXPECT_THAT(run_tagloom({"info"}, {{"OPENBLAS_CORETYPE", "NEHALEM"}}).out, HasSubstr("kernels of NEHALEM"));
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("avx512vl") || !__builtin_cpu_supports("avx512bw") ||
      !__builtin_cpu_supports("avx512dq"))
    return;
  EXPECT_THAT(run_tagloom({"info"}).out, HasSubstr("kernels of SKYLAKEX"));
#endif
}

TEST(Start, MatrixTilesCanBeSwitchedOff) {
  const std::string as_it_is = run_tagloom({"info"}).out;
  const std::string switched_off = run_tagloom({"info"}, {{"TAGLOOM_TILES", "0"}}).out;
  EXPECT_THAT(switched_off, Not(HasSubstr("on matrix tiles")));
  if (as_it_is.find("on matrix tiles") == std::string::npos)
    EXPECT_EQ(switched_off, as_it_is) << "a processor without tiles";
  else
    EXPECT_THAT(switched_off, HasSubstr("by LibTorch (TAGLOOM_TILES)"));
}

TEST(Start, IdleThreadsSleepSoonUnlessTheUserSaysOtherwise) {
  EXPECT_THAT(run_tagloom({"info"}).out, HasSubstr("spin 4000 times, then sleep"));
  EXPECT_THAT(run_tagloom({"info"}, {{"GOMP_SPINCOUNT", "77"}}).out, HasSubstr("spin 77 times"));
  EXPECT_THAT(run_tagloom({"info"}, {{"OMP_WAIT_POLICY", "active"}}).out,
              HasSubstr("active (OMP_WAIT_POLICY)"));
}

TEST(Start, ANumberOfThreadsThatIsNoneIsRefused) {
  for (const char* threads : {"many", "0", "-2", "2x", "2,x"}) {
    const auto result = run_tagloom({"info"}, {{"OMP_NUM_THREADS", threads}});
    EXPECT_EQ(result.status, 2) << threads;
    EXPECT_THAT(result.err, HasSubstr("OMP_NUM_THREADS is \"" + std::string(threads) + "\""));
  }
  for (const char* threads : {"1", " 1", "1 ,1"})
    EXPECT_THAT(run_tagloom({"info"}, {{"OMP_NUM_THREADS", threads}}).out,
                HasSubstr("threads           1 of"));
  EXPECT_EQ(run_tagloom({"info"}, {{"OMP_NUM_THREADS", ""}}).err, "") << "empty means unset to batch systems";
}

TEST(Start, ALauncherWithoutItsProgramSaysWhatIsMissing) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "bin");
  std::filesystem::copy_file(TAGLOOM_TEST_BINARY, folder / "bin/tagloom");
  const auto result = run_program(folder / "bin/tagloom", {"info"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("libexec/tagloom-program cannot be started"), HasSubstr("belong together")));
}

TEST(Start, AStandardOutputThatCannotBeWrittenIsAFailure) {
  const int status = std::system(TAGLOOM_TEST_BINARY " info >/dev/full 2>/dev/null");
  EXPECT_EQ(WEXITSTATUS(status), 1);
}

}  // namespace
}  // namespace tagloom
