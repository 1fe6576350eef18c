// Shards that are stored by the clock: a process that is killed every few seconds gets on, and leaves no more
// files than one that is not.

#include "tiny_cache.hpp"
#include "writing/store_schedule.hpp"

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace tagloom::featurecache {
namespace {

using testing::TemporaryFolder;
using namespace std::chrono_literals;

/// Time that a test moves.
class HandClock {
 public:
  [[nodiscard]] Clock clock() const {
    return [time = time_] { return *time; };
  }
  void pass(std::chrono::milliseconds time) { *time_ += time; }

 private:
  std::shared_ptr<std::chrono::steady_clock::time_point> time_ =
      std::make_shared<std::chrono::steady_clock::time_point>();
};

std::size_t shards_in(const std::filesystem::path& cache) {
  std::size_t shards = 0;
  for (const auto& entry : std::filesystem::directory_iterator(parts_of(cache)))
    shards += entry.path().extension() == ".h5" ? 1 : 0;
  return shards;
}

TEST(StoreSchedule, StoresSoonInAYoungProcessAndSeldomInAnOldOne) {
  HandClock time;
  StoreSchedule schedule(time.clock());
  EXPECT_FALSE(schedule.due());
  time.pass(250ms);
  EXPECT_TRUE(schedule.due());
  schedule.run([] {});
  EXPECT_FALSE(schedule.due());
  time.pass(10min);
  schedule.run([] {});
  time.pass(9s);
  EXPECT_FALSE(schedule.due());
  time.pass(1s);
  EXPECT_TRUE(schedule.due());
}

TEST(StoreSchedule, GivesASlowDiskATenthOfTheTime) {
  HandClock time;
  StoreSchedule schedule(time.clock());
  schedule.run([&] { time.pass(2s); });
  time.pass(19s);
  EXPECT_FALSE(schedule.due());
  time.pass(1s);
  EXPECT_TRUE(schedule.due());
}

/// Appends one image a second and is then lost with what it has in memory, as if it were killed.
void append_and_die(const std::filesystem::path& path, std::int64_t begin, std::int64_t end) {
  HandClock time;
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    CacheWriter writer(path, tiny_info(), {.shard_images = 4, .now = time.clock()});
    for (std::int64_t image = begin; image < end; ++image) {
      time.pass(1s);
      append_images(writer, image, image + 1);
    }
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status)) << "the writer failed";
}

TEST(StoredInTime, AProcessThatIsKilledAfterSecondsKeepsWhatItDid) {
  const TemporaryFolder folder;
  append_and_die(folder / "c.h5", 0, 3);
  EXPECT_EQ(CacheWriter(folder / "c.h5", tiny_info(), tiny_settings()).images(), 3);
}

TEST(StoredInTime, ManyShortProcessesLeaveAsFewShardsAsOneLong) {
  const TemporaryFolder folder;
  const auto path = folder / "c.h5";
  for (std::int64_t image = 0; image < 12; ++image)
    append_and_die(path, image, image + 1);
  EXPECT_EQ(shards_in(path), 3U);
  expect_continues(path, 12);
}

TEST(StoredInTime, AShardThatGrowsIsReplacedWhole) {
  const TemporaryFolder folder;
  const auto path = folder / "c.h5";
  {
    CacheWriter writer(path, tiny_info(), tiny_settings());
    for (std::int64_t image = 0; image < 3; ++image) {
      append_images(writer, image, image + 1);
      writer.flush();
      EXPECT_EQ(shards_in(path), 1U);
    }
    append_images(writer, 3, 5);
    writer.flush();
    EXPECT_EQ(shards_in(path), 2U);
  }
  expect_continues(path, 5);
}

TEST(StoredInTime, ShardsThatThereWasNoTimeToCheckAreCheckedInTheEnd) {
  const TemporaryFolder folder;
  const auto path = interrupted(folder / "c.h5");
  flip_byte(shard_of(path, 0), std::filesystem::file_size(shard_of(path, 0)) - 5);
  {
    // A second passes with every look at the clock.
    HandClock time;
    CacheWriter writer(path, tiny_info(), {.shard_images = 4, .now = [time]() mutable {
                                             time.pass(1s);
                                             return time.clock()();
                                           }});
    EXPECT_EQ(writer.images(), 10);
    EXPECT_THAT(sentence_of([&] { (void)writer.finish(); }), ::testing::HasSubstr("00000.h5 is damaged"));
  }
  expect_continues(path, 6);
}

}  // namespace
}  // namespace tagloom::featurecache
