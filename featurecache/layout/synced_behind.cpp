#include "layout/synced_behind.hpp"

#include <system_error>
#include <utility>

namespace tagloom::featurecache {
namespace {

/// What the disk is given at a time. Twice as much may be on its way.
constexpr std::uint64_t kAtATime = std::uint64_t{64} << 20;

}  // namespace

void SyncedBehind::written(std::uint64_t bytes) {
  unsynced_ += bytes;
  if (unsynced_ < kAtATime) return;
  wait();
  try {
    sync_ = std::async(std::launch::async, [this] { file_.sync(); });
  } catch (const std::system_error&) {
    // There is no thread to be had.
    file_.sync();
  }
  unsynced_ = 0;
}

void SyncedBehind::wait() {
  if (sync_.valid()) std::exchange(sync_, {}).get();
}

}  // namespace tagloom::featurecache
