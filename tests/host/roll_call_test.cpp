/// Who came to the meeting point, and where each must listen.

#include "distributed/roll_call.hpp"

#include "distributed/gloo_interface.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <sys/socket.h>

namespace tagloom::distributed {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::ThrowsMessage;

/// A board in one process's memory.
class OwnBoard : public Board {
 public:
  void write(const std::string& key, const std::string& text) override { texts_[key] = text; }
  std::optional<std::string> read(const std::string& key) override {
    const auto found = texts_.find(key);
    return found == texts_.end() ? std::nullopt : std::optional(found->second);
  }
  std::int64_t add(const std::string& key, std::int64_t number) override { return numbers_[key] += number; }

 private:
  std::map<std::string, std::string> texts_;
  std::map<std::string, std::int64_t> numbers_;
};

std::vector<Presence> come(Board& board, int rank, int size, const std::string& address = "10.0.0.1") {
  const Environment environment{
      .rank = rank, .size = size, .address = "node1", .port = 29500, .time_limit = std::chrono::seconds(1)};
  Wait wait;
  return roll_call(
      board, {.environment = environment, .deadline = Clock::now() + environment.time_limit, .wait = wait},
      {.machine = "m" + std::to_string(rank), .address = address});
}

TEST(RollCall, NamesThoseWhoDidNotCome) {
  OwnBoard board;
  EXPECT_THAT([&] { come(board, 1, 4); },
              ThrowsMessage<NoMeeting>(
                  AllOf(HasSubstr("Process 1 of 4 cannot meet the others at node1:29500"),
                        HasSubstr("processes 0, 2, 3 did not come for 1 s (TAGLOOM_PROCESS_TIMEOUT)"))));
  EXPECT_THAT([&] { come(board, 0, 3); }, ThrowsMessage<NoMeeting>(HasSubstr("process 2 did not come")));
}

TEST(RollCall, GivesAllInTheOrderOfRanks) {
  OwnBoard board;
  EXPECT_THROW(come(board, 1, 2, "10.0.0.2"), NoMeeting) << "alone";
  const std::vector<Presence> all = come(board, 0, 2, "10.0.0.1");
  ASSERT_EQ(all.size(), 2);
  EXPECT_EQ(all[0].address, "10.0.0.1");
  EXPECT_EQ(all[1].address, "10.0.0.2");
  EXPECT_EQ(all[1].machine, "m1");
}

TEST(RollCall, RefusesASecondProcessOfTheSameRank) {
  OwnBoard board;
  EXPECT_THROW(come(board, 1, 2), NoMeeting);
  EXPECT_THAT([&] { come(board, 1, 2); },
              ThrowsMessage<NoMeeting>(
                  AllOf(HasSubstr("another process 1 is there already"), HasSubstr("its own MASTER_PORT"))));
}

/// What a server of another protocol looks like: its answers are some bytes.
class OtherServer : public OwnBoard {
 public:
  std::int64_t add(const std::string& /*key*/, std::int64_t /*number*/) override { return number; }
  std::int64_t number = 0;
};

TEST(RollCall, RefusesAServerThatIsNotProcess0) {
  OtherServer server;
  for (const std::int64_t answer : {std::int64_t{0x302E312F50545448}, std::int64_t{-1}, std::int64_t{0}}) {
    server.number = answer;
    EXPECT_THAT([&] { come(server, 1, 2); },
                ThrowsMessage<NoMeeting>(HasSubstr("does not answer as process 0 does")));
  }
}

TEST(ListeningAddress, IsTheLoopbackWhereAllAreOnOneMachine) {
  const Presence one{.machine = "m", .address = "127.0.0.1"};
  const std::vector<Presence> all{one, one};
  EXPECT_EQ(listening_address(all, 0), "127.0.0.1");
  EXPECT_EQ(listening_address(all, 1), "127.0.0.1");
}

TEST(ListeningAddress, IsTheOneOnTheWayToTheMeetingPoint) {
  const std::vector<Presence> all{{.machine = "a", .address = "127.0.0.1"},
                                  {.machine = "b", .address = "10.0.0.2"}};
  EXPECT_EQ(listening_address(all, 1), "10.0.0.2");
}

TEST(ListeningAddress, OfProcess0WithoutAWayToOthersStaysWhatItIs) {
  // Addresses that are kept for documents; some machines have a way to them, by their gateway.
  const std::vector<Presence> all{{.machine = "a", .address = "10.0.0.1"},
                                  {.machine = "b", .address = "2001:db8::2"}};
  EXPECT_THAT(listening_address(all, 0), Not(IsEmpty()));
}

TEST(ListeningAddress, ThatNoOtherMachineReachesIsRefusedAtEveryProcess) {
  const std::vector<Presence> all{{.machine = "a", .address = "127.0.0.1", .by_variable = true},
                                  {.machine = "b", .address = "10.0.0.2"}};
  const std::vector<Presence> tunnelled{{.machine = "a", .address = "127.0.0.1"},
                                        {.machine = "b", .address = "127.0.0.1"}};
  for (const int rank : {0, 1}) {
    EXPECT_THAT(
        [&] { (void)listening_address(all, rank); },
        ThrowsMessage<UsageError>(AllOf(HasSubstr("GLOO_SOCKET_IFNAME makes process 0 listen at 127.0.0.1"),
                                        HasSubstr("unset the variable"))));
    EXPECT_THAT([&] { (void)listening_address(tunnelled, rank); },
                ThrowsMessage<UsageError>(HasSubstr("come to the meeting point from 127.0.0.1")));
  }
}

auto named(const std::string& names) {
  return
      [=] { return named_interfaces([&](const char* /*name*/) { return std::optional(names); }, AF_INET); };
}

TEST(GlooInterface, IsWhatTheVariableNames) {
  EXPECT_THAT(named("")(), IsEmpty());
  EXPECT_THAT(named("lo")(), ElementsAre("127.0.0.1"));
  EXPECT_THAT(named("lo,lo")(), ElementsAre("127.0.0.1", "127.0.0.1"));
}

TEST(GlooInterface, ThatDoesNotExistIsRefusedWithThoseThatDo) {
  EXPECT_THAT(named("lo,eth99"), ThrowsMessage<UsageError>(AllOf(HasSubstr("GLOO_SOCKET_IFNAME names eth99"),
                                                                 HasSubstr("no such network interface"),
                                                                 HasSubstr("lo (127.0.0.1)"))));
}

TEST(RollCall, TwoProcessesOnOneGpuAreRefusedByName) {
  const auto on = [](std::string gpu) {
    return Presence{.machine = "m", .address = "10.0.0.1", .gpu = std::move(gpu)};
  };
  const std::vector<Presence> shared = {on("GPU-a"), on("GPU-b"), on("GPU-c"), on("GPU-b")};
  EXPECT_THAT([&] { require_own_gpus(shared); },
              ThrowsMessage<UsageError>(AllOf(HasSubstr("Processes 1 and 3 compute on the same GPU (GPU-b)"),
                                              HasSubstr("as many processes as there are GPUs"))));
  require_own_gpus(std::vector<Presence>{on("GPU-a"), on("GPU-b")});
  // On CPUs there is nothing to share.
  require_own_gpus(std::vector<Presence>{on(""), on("")});
}

TEST(RollCall, SaysOnWhichGpuEachProcessComputes) {
  OwnBoard board;
  const auto come_on = [&](int rank, const std::string& gpu) {
    const Environment environment{
        .rank = rank, .size = 2, .address = "node1", .port = 29500, .time_limit = std::chrono::seconds(1)};
    Wait wait;
    return roll_call(
        board, {.environment = environment, .deadline = Clock::now() + environment.time_limit, .wait = wait},
        {.machine = "m", .address = "10.0.0.1", .gpu = gpu});
  };
  EXPECT_THROW(come_on(1, "GPU-a"), NoMeeting) << "alone";
  EXPECT_THAT([&] { require_own_gpus(come_on(0, "GPU-a")); }, ThrowsMessage<UsageError>(HasSubstr("GPU-a")));
}

}  // namespace
}  // namespace tagloom::distributed
