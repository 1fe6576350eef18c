/// What a process finds where the others are to meet.

#include "distributed/meeting_point.hpp"

#include "support/listener.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

namespace tagloom::distributed {
namespace {

using ::testing::AllOf;
using testing::free_port;
using ::testing::HasSubstr;
using testing::Listener;
using ::testing::ThrowsMessage;

struct Place {
  std::string address = "127.0.0.1";
  int port = 0;
};

auto coming(int rank, const Place& place) {
  return [=] {
    const Environment environment{.rank = rank,
                                  .size = 2,
                                  .address = place.address,
                                  .port = static_cast<std::uint16_t>(place.port),
                                  .time_limit = std::chrono::seconds(1)};
    Wait wait;
    return meeting_point(
        {.environment = environment, .deadline = Clock::now() + environment.time_limit, .wait = wait});
  };
}

/// What process `rank` says; its sentence begins alike for every cause.
auto says(int rank, const std::string& cause, const std::string& remedy) {
  return ThrowsMessage<NoMeeting>(
      AllOf(HasSubstr("Process " + std::to_string(rank) + " of 2 cannot meet the others"), HasSubstr(cause),
            HasSubstr(remedy)));
}

TEST(MeetingPoint, IsFoundByBothSides) {
  const Listener listener;
  const MeetingPoint point = coming(1, {.port = listener.port()})();
  EXPECT_EQ(point.address.text(), "127.0.0.1");
  EXPECT_EQ(point.own.text(), "127.0.0.1");
  EXPECT_EQ(coming(0, {.port = free_port()})().own.text(), "127.0.0.1");
  EXPECT_EQ(coming(0, {.address = "localhost", .port = free_port()})().address.text(), "127.0.0.1");
}

TEST(MeetingPoint, IsReachedFromTheAddressOnTheWayThere) {
  const Listener listener;
  EXPECT_EQ(coming(1, {.address = "127.0.0.2", .port = listener.port()})().address.text(), "127.0.0.2");
}

TEST(MeetingPoint, OfAnUnknownMachineIsNamedSo) {
  for (const int rank : {0, 1})
    EXPECT_THAT(coming(rank, {.address = "no-such-machine.invalid", .port = free_port()}),
                says(rank, "no-such-machine.invalid", "MASTER_ADDR must name the machine of process 0"));
  EXPECT_THAT(coming(1, {.address = "127.0.0.1:29500", .port = free_port()}),
              says(1, "127.0.0.1:29500:", "MASTER_ADDR must name the machine of process 0"));
}

TEST(MeetingPoint, WhosePortAnotherProgramHasIsNamedSo) {
  const Listener other;
  EXPECT_THAT(coming(0, {.port = other.port()}),
              says(0, "another program has the port", "set MASTER_PORT of all processes to a free one"));
}

TEST(MeetingPoint, OfProcess0IsOnItsOwnMachine) {
  // An address that is kept for documents.
  EXPECT_THAT(coming(0, {.address = "203.0.113.77", .port = free_port()}),
              says(0, "203.0.113.77 is no address of this machine",
                   "MASTER_ADDR must name the machine of process 0"));
}

TEST(MeetingPoint, WhosePortAnotherProgramHasForDatagramsIsFoundAllTheSame) {
  const testing::DatagramPort other;
  EXPECT_EQ(coming(0, {.port = other.port()})().own.text(), "127.0.0.1");
}

TEST(MeetingPoint, WhereNobodyListensIsWaitedForOnlySoLong) {
  const auto begin = Clock::now();
  EXPECT_THAT(coming(1, {.port = free_port()}), says(1, "nobody listened there for 1 s", "start process 0"));
  EXPECT_GE(Clock::now() - begin, std::chrono::seconds(1));
}

TEST(MeetingPoint, MayBeginToListenLater) {
  Listener listener(Listener::Begins::later);
  auto found = std::async(std::launch::async, coming(1, {.port = listener.port()}));
  listener.begin();
  EXPECT_EQ(found.get().address.text(), "127.0.0.1");
}

}  // namespace
}  // namespace tagloom::distributed
