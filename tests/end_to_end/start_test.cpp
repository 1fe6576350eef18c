/// How the program starts: the launcher, and the settings of the process.

#include "places.hpp"
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
              AllOf(HasSubstr("libexec/tagloom-front cannot be started"), HasSubstr("belong together")));
}

TEST(Start, WhatTheTablesKnowIsAnsweredWhereThereIsNoProgramWithLibTorch) {
  const TemporaryFolder folder;
  const std::filesystem::path built = std::filesystem::path(TAGLOOM_TEST_BINARY).parent_path().parent_path();
  for (const char* part : {"bin", "libexec"})
    std::filesystem::create_directory(folder / part);
  std::filesystem::copy_file(TAGLOOM_TEST_BINARY, folder / "bin/tagloom");
  std::filesystem::copy_file(built / "libexec/tagloom-front", folder / "libexec/tagloom-front");
  std::filesystem::create_symlink(built / "lib", folder / "lib");
  const auto run = [&](const std::vector<std::string>& arguments) {
    return run_program(folder / "bin/tagloom", arguments);
  };
  for (const std::vector<std::string>& line : {std::vector<std::string>{"--help"},
                                               {"-h"},
                                               {"help"},
                                               {"help", "train"},
                                               {"help", "cache"},
                                               {"cache", "build", "--help"},
                                               {"--version"},
                                               {"completion", "zsh"},
                                               {"man"},
                                               {"man", "train"},
                                               {"train", "--print-config"},
                                               {"plugins", "list"}})
    EXPECT_EQ(run(line).status, 0) << line.front() << ' ' << line.back();
  for (const std::vector<std::string>& line : {std::vector<std::string>{},
                                               {"trian"},
                                               {"cache"},
                                               {"train"},
                                               {"train", "--epochz", "3"},
                                               {"train", "--epochs", "0"}})
    EXPECT_EQ(run(line).status, 2) << (line.empty() ? "" : line.back());
  const auto work = run({"info"});
  EXPECT_EQ(work.status, 1);
  EXPECT_THAT(work.err, HasSubstr("libexec/tagloom-program cannot be started"));
}

TEST(Start, QuietLeavesResultsAndErrors) {
  const TemporaryFolder folder;
  const auto drawn = run_tagloom({"dataset", "demo", folder / "d", "--count", "4", "--quiet"});
  EXPECT_THAT(drawn.out, HasSubstr("drew 4 images"));
  const auto built =
      run_tagloom({"--quiet", "cache", "build", "--data", folder / "d", "--out", folder / "c.h5", "--set",
                   "encoder.image_size=64", "--set", "encoder.random=true"});
  EXPECT_EQ(built.status, 0);
  EXPECT_EQ(built.err, "");
  EXPECT_THAT(built.out, HasSubstr("4 images ("));
  EXPECT_THAT(run_tagloom({"cache", "info", "/no/cache", "--quiet"}).err, HasSubstr("/no/cache"));
}

TEST(Start, ResultsArePrintedAsJSONOnDemand) {
  const TemporaryFolder folder;
  ASSERT_EQ(run_tagloom({"dataset", "demo", folder / "d", "--count", "4"}).status, 0);
  const auto json = [](std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    const auto result = run_tagloom(arguments);
    EXPECT_EQ(result.status, 0) << result.err;
    return nlohmann::json::parse(result.out);
  };
  EXPECT_EQ(json({"dataset", "info", folder / "d"}).at("train").at("images"), 3);
  EXPECT_TRUE(json({"info"}).contains("threads"));
  EXPECT_TRUE(json({"plugins", "list"}).contains("plugins"));
}

TEST(Start, AStandardOutputThatCannotBeWrittenIsAFailure) {
  const int status = std::system(TAGLOOM_TEST_BINARY " info >/dev/full 2>/dev/null");
  EXPECT_EQ(WEXITSTATUS(status), 3);
}

}  // namespace
}  // namespace tagloom
