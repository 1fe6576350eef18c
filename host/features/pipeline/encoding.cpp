#include "features/pipeline/encoding.hpp"

#include "features/slices.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace tagloom::features {
namespace {

/// While it lives, a CPU's threads are shared out among the encoders that compute on it.
class SharedThreads {
 public:
  explicit SharedThreads(std::int64_t encoders) : before_(at::get_num_threads()) {
    if (encoders > 1) at::set_num_threads(std::max(1, before_ / static_cast<int>(encoders)));
  }
  ~SharedThreads() { at::set_num_threads(before_); }
  SharedThreads(const SharedThreads&) = delete;
  SharedThreads& operator=(const SharedThreads&) = delete;

 private:
  int before_;
};

/// While it lives, what this thread has a GPU do is in a stream of its own, so that batches of two threads
/// overlap there: one is copied while the other is encoded.
class OwnStream {
 public:
  explicit OwnStream(c10::Device device) {
    if (!device.is_cuda()) return;
    const c10::impl::VirtualGuardImpl backend(device.type());
    const c10::Stream own = backend.getStreamFromGlobalPool(device);
    // The encoder's weights may be on their way in the usual one.
    c10::Event made(device.type());
    made.record(backend.getStream(device));
    made.block(own);
    guard_.emplace(own);
  }

 private:
  std::optional<c10::StreamGuard> guard_;
};

class Encoding {
 public:
  Encoding(ImageLoader& loader, Storing& storing, const EncodingSettings& settings)
      : loader_(loader), storing_(storing), settings_(settings) {}

  /// One device's part. Calls `meanwhile` after each piece. Never throws: see `rethrow`.
  void work(const CheckedEncoder& encoder, const std::function<void()>& meanwhile) noexcept;
  void fail(std::exception_ptr failure) {
    const std::scoped_lock lock(mutex_);
    if (!failure_) failure_ = std::move(failure);
    ended_ = true;
  }
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  [[nodiscard]] bool over() const { return ended_ || settings_.stop(); }
  void encode(const CheckedEncoder& encoder, ImageBatch batch, StageTimes::Watch& watch,
              const std::function<void()>& meanwhile);

  ImageLoader& loader_;
  Storing& storing_;
  const EncodingSettings& settings_;
  std::atomic<bool> ended_ = false;
  std::mutex mutex_;
  std::exception_ptr failure_;
};

void Encoding::work(const CheckedEncoder& encoder, const std::function<void()>& meanwhile) noexcept {
  try {
    const OwnStream stream(encoder.device());
    StageTimes::Watch watch(settings_.times, Stage::encoding);
    while (!over()) {
      auto batch = loader_.next();
      if (!batch) break;
      encode(encoder, std::move(*batch), watch, meanwhile);
    }
  } catch (...) {
    fail(std::current_exception());
  }
  // A batch that nobody ends would hold up those who are ahead of it.
  if (over()) storing_.close();
}

void Encoding::encode(const CheckedEncoder& encoder, ImageBatch batch, StageTimes::Watch& watch,
                      const std::function<void()>& meanwhile) {
  const std::int64_t slice = slice_size(encoder, settings_.batch);
  const std::vector<featurecache::ImageKey> keys = std::move(batch.keys);
  const at::Tensor images = std::move(batch.images);
  const std::size_t turn = batch.number;
  const auto count = static_cast<std::int64_t>(keys.size());
  std::int64_t done = 0;
  do {
    Encoded piece;
    const std::int64_t more = std::min(slice, count - done);
    if (more > 0) {
      watch.does(Activity::work);
      piece.features = featurecache::to_store(
          encode_slice(encoder, images.narrow(0, done, more), slice, settings_.needs), settings_.store);
      watch.does(Activity::waiting);
      piece.keys.assign(keys.begin() + done, keys.begin() + done + more);
    }
    done += more;
    if (done == count) piece.batch = std::move(batch);
    if (!storing_.give(turn, std::move(piece), done == count ? Last::yes : Last::no)) ended_ = true;
    meanwhile();
  } while (done < count && !over());
}

}  // namespace

void encode_all(ImageLoader& loader, std::span<const CheckedEncoder> encoders, Storing& storing,
                const EncodingSettings& settings) {
  const SharedThreads shared(std::ranges::count_if(
      encoders, [](const CheckedEncoder& encoder) { return encoder.device().is_cpu(); }));
  Encoding encoding(loader, storing, settings);
  {
    std::vector<std::jthread> others;
    try {
      for (const CheckedEncoder& encoder : encoders.subspan(1))
        others.emplace_back([&] { encoding.work(encoder, [] {}); });
    } catch (...) {  // no thread
      encoding.fail(std::current_exception());
    }
    encoding.work(encoders.front(), settings.meanwhile);
  }
  encoding.rethrow();
}

}  // namespace tagloom::features
