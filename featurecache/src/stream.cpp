#include "device_copy.hpp"

#include <tagloom/featurecache/stream.hpp>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

namespace tagloom::featurecache {

struct FeatureStream::Impl {
  Impl(const CacheReader& cache, std::vector<std::vector<std::int64_t>> batches, Settings settings)
      : cache_(cache),
        batches_(std::move(batches)),
        settings_(settings),
        ahead_(std::max<std::size_t>(settings.ahead, 1)),
        copy_(settings.device, settings.type),
        thread_([this](const std::stop_token& stop) { read_all(stop); }) {}

  void read_all(const std::stop_token& stop) {
    std::exception_ptr failure;
    try {
      for (const auto& rows : batches_)
        if (!push(copy_(cache_.read(rows, settings_.needs, !settings_.device.is_cpu())), stop)) return;
    } catch (...) {
      failure = std::current_exception();
    }
    const std::scoped_lock lock(mutex_);
    failure_ = failure;
    ended_ = true;
    changed_.notify_all();
  }

  /// Waits for room in the queue; false if the stream is being destroyed.
  bool push(CopiedFeatures batch, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait(lock, stop, [&] { return ready_.size() < ahead_; })) return false;
    ready_.push_back(std::move(batch));
    changed_.notify_all();
    return true;
  }

  std::optional<Features> next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !ready_.empty() || ended_; });
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

  const CacheReader& cache_;
  const std::vector<std::vector<std::int64_t>> batches_;
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

FeatureStream::FeatureStream(const CacheReader& cache, std::vector<std::vector<std::int64_t>> batches,
                             Settings settings)
    : impl_(std::make_unique<Impl>(cache, std::move(batches), settings)) {}

FeatureStream::~FeatureStream() = default;

std::optional<Features> FeatureStream::next() {
  return impl_->next();
}

}  // namespace tagloom::featurecache
