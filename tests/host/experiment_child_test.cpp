/// Processes of an experiment.

#include "experiment/child.hpp"
#include "support/files.hpp"

#include <tagloom/base/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <poll.h>
#include <sched.h>

namespace tagloom {
namespace {

using experiment::Child;
using experiment::ChildEnd;
using ::testing::HasSubstr;
using testing::read_text;
using testing::TemporaryFolder;

ChildEnd end_of(Child& child) {
  while (true) {
    if (const auto end = child.ended()) return *end;
    (void)poll(nullptr, 0, 2);
  }
}

void wait_for_text(const std::string& path, const std::string& text) {
  while (!std::filesystem::exists(path) || read_text(path).find(text) == std::string::npos)
    (void)poll(nullptr, 0, 2);
}

/// What has ended is there until somebody waits for it, but lives no longer.
bool lives(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string text;
  return std::getline(file, text) && text.find(") Z") == std::string::npos;
}

TEST(ExperimentChild, SaysIntoItsLogWhatItWasAndHowItEnded) {
  const TemporaryFolder folder;
  Child child({.program = "/bin/sh",
               .words = {"-c", "echo out; echo err >&2; exit 3"},
               .log = folder / "log",
               .processors = {},
               .environment = {}});
  const ChildEnd end = end_of(child);
  EXPECT_EQ(end.status, 3);
  EXPECT_EQ(end.signal, 0);
  EXPECT_GT(end.peak_bytes, 0);
  EXPECT_EQ(read_text(folder / "log"), "$ tagloom -c 'echo out; echo err >&2; exit 3'\nout\nerr\n");
}

TEST(ExperimentChild, RunsOnItsProcessorsWithItsEnvironment) {
  cpu_set_t own;
  ASSERT_EQ(sched_getaffinity(0, sizeof own, &own), 0);
  int last = 0;
  for (int processor = 0; processor < CPU_SETSIZE; ++processor)
    if (CPU_ISSET(static_cast<std::size_t>(processor), &own)) last = processor;
  const TemporaryFolder folder;
  Child child({.program = "/bin/sh",
               .words = {"-c", "nproc; echo $WHICH; echo $HOME"},
               .log = folder / "log",
               .processors = {last},
               .environment = {{"WHICH", "mine"}}});
  EXPECT_EQ(end_of(child).status, 0);
  EXPECT_THAT(
      read_text(folder / "log"),
      HasSubstr("\n1\nmine\n" + std::string(std::getenv("HOME") == nullptr ? "" : std::getenv("HOME"))));
}

TEST(ExperimentChild, ThatIsKilledSaysByWhat) {
  const TemporaryFolder folder;
  Child child({.program = "/bin/sh",
               .words = {"-c", "kill -SEGV $$"},
               .log = folder / "log",
               .processors = {},
               .environment = {}});
  const ChildEnd end = end_of(child);
  EXPECT_EQ(end.signal, SIGSEGV);
  EXPECT_EQ(end.status, 128 + SIGSEGV);
}

TEST(ExperimentChild, IsAskedToEndInGoodOrderAndThenEnded) {
  const TemporaryFolder folder;
  Child good({.program = "/bin/sh",
              .words = {"-c", "trap 'exit 7' TERM; echo ready; while true; do sleep 0.01; done"},
              .log = folder / "good",
              .processors = {},
              .environment = {}});
  Child deaf({.program = "/bin/sh",
              .words = {"-c", "trap '' TERM; echo ready; while true; do sleep 0.01; done"},
              .log = folder / "deaf",
              .processors = {},
              .environment = {}});
  wait_for_text(folder / "good", "\nready");
  wait_for_text(folder / "deaf", "\nready");
  experiment::end_in_good_order({&good, &deaf}, std::chrono::milliseconds(500));
  EXPECT_EQ(end_of(good).status, 7);
  EXPECT_EQ(end_of(deaf).signal, SIGKILL);
}

TEST(ExperimentChild, WithItsWholeGroupIsGoneWhenItIsNoLongerWanted) {
  const TemporaryFolder folder;
  {
    Child child({.program = "/bin/sh",
                 .words = {"-c", "sleep 1000 & echo $! > '" + (folder / "pid").string() + "'; wait"},
                 .log = folder / "log",
                 .processors = {},
                 .environment = {}});
    wait_for_text(folder / "pid", "\n");
  }
  const pid_t grandchild = std::stoi(read_text(folder / "pid"));
  while (lives(grandchild))
    (void)poll(nullptr, 0, 2);
}

TEST(ExperimentChild, OfAProgramThatIsNotThereIsRefused) {
  const TemporaryFolder folder;
  EXPECT_THROW(Child({.program = "/nowhere/tagloom",
                      .words = {},
                      .log = folder / "log",
                      .processors = {},
                      .environment = {}}),
               DataError);
}

}  // namespace
}  // namespace tagloom
