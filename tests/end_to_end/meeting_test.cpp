/// Processes that do not come together: each says why, within the time that it was given, and hears signals.

#include "support/files.hpp"
#include "support/listener.hpp"
#include "tagloom_process.hpp"
#include "worker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <thread>

namespace tagloom::testing {
namespace {

using std::chrono::steady_clock;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// Long beside what a loaded machine takes to start a process.
constexpr std::chrono::seconds kLimit(6);

/// They meet before they read anything.
const std::vector<std::string> kTrain = {
    "train", "--data", "nowhere", "--cache", "nowhere.h5", "--out", "no-such-model.safetensors"};

std::map<std::string, std::string> process(int rank, int port) {
  auto environment = launched(rank, 2, port);
  environment["TAGLOOM_PROCESS_TIMEOUT"] = std::to_string(kLimit.count());
  return environment;
}

steady_clock::duration time_to_start() {
  const auto begin = steady_clock::now();
  (void)run_tagloom({"info"});
  return steady_clock::now() - begin;
}

/// Ends with one sentence, before the time limit could have passed twice.
void expect_no_meeting(const std::map<std::string, std::string>& environment, const std::string& why) {
  const auto start = time_to_start();
  const auto begin = steady_clock::now();
  const ProcessResult result = run_tagloom(kTrain, environment);
  EXPECT_LT(steady_clock::now() - begin - start, kLimit * 7 / 4);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("tagloom train: Process "), HasSubstr("cannot meet the others at"),
                                HasSubstr(why), Not(HasSubstr("[W")), Not(HasSubstr("[E"))));
}

TEST(Meeting, ThatNotAllComeToEndsWithWhoIsMissing) {
  SKIP_WITHOUT_GLOO();
  expect_no_meeting(process(0, free_port()), "process 1 did not come for 6 s");
  expect_no_meeting(process(1, free_port()), "nobody listened there for 6 s");
}

TEST(Meeting, WhereSomethingListensThatNeverAnswersEndsInTime) {
  SKIP_WITHOUT_GLOO();
  const Listener other;
  expect_no_meeting(process(0, other.port()), "another program has the port");
  expect_no_meeting(process(1, other.port()), "does not answer as process 0 does");
}

TEST(Meeting, WhereSomethingListensThatClosesAtOnceEndsInTime) {
  SKIP_WITHOUT_GLOO();
  const Listener other;
  const std::jthread at_work([&] { other.turn_away(); });
  expect_no_meeting(process(0, other.port()), "another program has the port");
  expect_no_meeting(process(1, other.port()), "does not answer as process 0 does");
  other.end();
}

TEST(Meeting, AtAnUnknownMachineIsRefused) {
  SKIP_WITHOUT_GLOO();
  for (const int rank : {0, 1}) {
    auto environment = process(rank, free_port());
    environment["MASTER_ADDR"] = "no-such-machine.invalid";
    expect_no_meeting(environment, "MASTER_ADDR must name the machine of process 0");
  }
}

TEST(Meeting, OverAnInterfaceThatDoesNotExistIsRefused) {
  SKIP_WITHOUT_GLOO();
  auto environment = process(0, free_port());
  environment["GLOO_SOCKET_IFNAME"] = "eth99";
  const ProcessResult result = run_tagloom(kTrain, environment);
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("GLOO_SOCKET_IFNAME names eth99"));
}

TEST(Meeting, HearsSignals) {
  SKIP_WITHOUT_GLOO();
  for (const int signal : {SIGTERM, SIGINT}) {
    Listener other;
    Worker worker(kTrain, launched(1, 2, other.port()));
    other.wait_for_guest();
    const auto begin = steady_clock::now();
    worker.signal(signal);
    EXPECT_NE(worker.status(), 0);
    EXPECT_LT(steady_clock::now() - begin, kLimit) << "not at the end of its 60 s";
  }
}

}  // namespace
}  // namespace tagloom::testing
