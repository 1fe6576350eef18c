#include "reading/device_copy.hpp"
#include "reading/read_rows.hpp"

#include <tagloom/base/interrupt.hpp>
#include <tagloom/featurecache/stream.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

namespace tagloom::featurecache {

struct FeatureStream::Impl {
  Impl(std::vector<const CacheReader*> caches, std::vector<std::vector<SourceRow>> batches, Settings settings)
      : caches_(std::move(caches)),
        batches_(std::move(batches)),
        settings_(settings),
        ahead_(std::max<std::size_t>(settings.ahead, 1)),
        copy_(settings.device, settings.type),
        thread_([this](const std::stop_token& stop) { read_all(stop); }) {}

  void read_all(const std::stop_token& stop) {
    std::exception_ptr failure;
    try {
      for (const auto& rows : batches_)
        if (!push(copy_(read_rows(caches_, rows, form())), stop)) return;
    } catch (...) {
      failure = std::current_exception();
    }
    const std::scoped_lock lock(mutex_);
    failure_ = failure;
    ended_ = true;
    changed_.notify_all();
  }

  /// What another device wants goes there as it is stored, and is converted there.
  [[nodiscard]] CacheReader::Form form() const {
    const bool here = settings_.device.is_cpu();
    return {
        .needs = settings_.needs, .type = here ? settings_.type : type_as_stored(caches_), .pinned = !here};
  }

  /// Waits for room in the queue; false if the stream is being destroyed.
  bool push(CopiedFeatures batch, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait(lock, stop, [&] { return ready_.size() < ahead_; })) return false;
    ready_.push_back(std::move(batch));
    changed_.notify_all();
    return true;
  }

  /// Until there is one, or the end of them. After a signal, one that is being read has half a second to
  /// come.
  void wait_for_batch(std::unique_lock<std::mutex>& lock) {
    constexpr std::chrono::milliseconds kBetweenLooks{100};
    constexpr std::chrono::milliseconds kToCome{500};
    const auto come = [&] { return !ready_.empty() || ended_; };
    while (!changed_.wait_for(lock, kBetweenLooks, come)) {
      if (stop_requested() && !changed_.wait_for(lock, kToCome, come)) throw_if_stop_requested();
    }
  }

  std::optional<Features> next() {
    std::unique_lock lock(mutex_);
    wait_for_batch(lock);
    if (ready_.empty()) {
      if (failure_) std::rethrow_exception(failure_);
      return std::nullopt;
    }
    CopiedFeatures batch = std::move(ready_.front());
    ready_.pop_front();
    changed_.notify_all();
    lock.unlock();
    return batch.take();
  }

  const std::vector<const CacheReader*> caches_;
  const std::vector<std::vector<SourceRow>> batches_;
  const Settings settings_;
  const std::size_t ahead_;
  const DeviceCopy copy_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<CopiedFeatures> ready_;
  bool ended_ = false;
  std::exception_ptr failure_;
  // Last, so that the thread ends before what it uses.
  std::jthread thread_;
};

namespace {

std::vector<std::vector<SourceRow>> rows_of_one(const std::vector<std::vector<std::int64_t>>& batches) {
  std::vector<std::vector<SourceRow>> rows;
  for (const auto& batch : batches) {
    auto& chosen = rows.emplace_back();
    for (const std::int64_t row : batch)
      chosen.push_back({.source = 0, .row = row});
  }
  return rows;
}

}  // namespace

FeatureStream::FeatureStream(const CacheReader& cache, std::vector<std::vector<std::int64_t>> batches,
                             Settings settings)
    : impl_(std::make_unique<Impl>(std::vector{&cache}, rows_of_one(batches), settings)) {}

FeatureStream::FeatureStream(const std::vector<CacheReader>& caches,
                             std::vector<std::vector<SourceRow>> batches, Settings settings)
    : impl_(std::make_unique<Impl>(pointers_to(caches), std::move(batches), settings)) {}

FeatureStream::~FeatureStream() = default;

std::optional<Features> FeatureStream::next() {
  return impl_->next();
}

}  // namespace tagloom::featurecache
