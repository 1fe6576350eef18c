#include "features/pipeline/storing.hpp"

#include <chrono>
#include <utility>

namespace tagloom::features {
namespace {

/// Pieces that wait between two stages: one that is taken next, and one that makes up for an uneven pace.
constexpr std::size_t kWaiting = 2;

std::int64_t images_in(const ImageBatch& batch) {
  return static_cast<std::int64_t>(batch.failures.size());
}

}  // namespace

Storing::Storing(Settings settings, Calls calls)
    : settings_(std::move(settings)),
      calls_(std::move(calls)),
      // Each giver is at a turn of its own, and one may be ahead of a slower one by as many again.
      encoded_({.turns = 2 * settings_.givers, .items = kWaiting}),
      packed_({.turns = kWaiting, .items = 1}),
      packing_([this] { keeping_failure([this] { pack(); }); }) {
  try {
    writing_ = std::jthread([this] {
      keeping_failure([this] { write(); });
      const std::scoped_lock lock(mutex_);
      over_ = true;
      ended_.notify_all();
    });
  } catch (...) {
    encoded_.close();  // or packing would wait for ever
    throw;
  }
}

Storing::~Storing() {
  encoded_.close();
}

bool Storing::give(std::size_t turn, Encoded piece, Last last) {
  return encoded_.give(turn, std::move(piece), last);
}

void Storing::finish(const std::function<void()>& meanwhile) {
  constexpr std::chrono::milliseconds kOften(100);
  encoded_.close();
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, kOften, [this] { return over_; })) {
    lock.unlock();
    meanwhile();
    lock.lock();
  }
  if (failure_) std::rethrow_exception(failure_);
}

void Storing::pack() {
  StageTimes::Watch watch(settings_.times, Stage::packing);
  std::size_t turn = 0;
  while (auto piece = encoded_.take()) {
    watch.does(Activity::work);
    Packed packed{featurecache::PackedRows(settings_.info, piece->keys, piece->features),
                  std::move(piece->batch)};
    watch.does(Activity::waiting);
    if (!packed_.give(turn++, std::move(packed), Last::yes)) return;
  }
}

void Storing::write() {
  StageTimes::Watch watch(settings_.times, Stage::writing);
  while (auto packed = packed_.take()) {
    watch.does(Activity::work);
    const auto rows = static_cast<std::int64_t>(packed->rows.size());
    const std::int64_t unreadable = images_in(packed->batch);
    calls_.append(std::move(packed->rows));
    calls_.remark(packed->batch);
    done_ += rows + unreadable;
    watch.does(Activity::waiting);
  }
}

/// A stage that failed takes nothing any more; the next one still stores what it was given before.
template <class Work>
void Storing::keeping_failure(const Work& work) noexcept {
  try {
    work();
  } catch (...) {  // for who waits for the end to say
    const std::scoped_lock lock(mutex_);
    if (!failure_) failure_ = std::current_exception();
  }
  encoded_.close();
  packed_.close();
}

}  // namespace tagloom::features
