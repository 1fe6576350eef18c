/// What the disk says of a file while it is written, in another thread.

#include "layout/synced_behind.hpp"

#include <tagloom/base/error.hpp>

#include <gtest/gtest.h>

#include <cstdint>

namespace tagloom::featurecache {
namespace {

constexpr std::uint64_t kMuch = std::uint64_t{1} << 30;

/// Linux has such a failure known once: a later sync of the same file succeeds.
TEST(SyncedBehind, AFailureIsNotLost) {
  // Files of /proc cannot be synced.
  const File file("/proc/self/status", File::Mode::read);
  SyncedBehind on_disk(file);
  on_disk.written(kMuch);
  EXPECT_THROW(on_disk.wait(), DataError);
  EXPECT_NO_THROW(on_disk.wait()) << "nothing is under way";
  on_disk.written(kMuch);
  EXPECT_THROW(on_disk.written(kMuch), DataError);
}

TEST(SyncedBehind, LittleIsLeftToTheLastSync) {
  const File file("/proc/self/status", File::Mode::read);
  SyncedBehind on_disk(file);
  on_disk.written(1000);
  EXPECT_NO_THROW(on_disk.wait());
}

}  // namespace
}  // namespace tagloom::featurecache
