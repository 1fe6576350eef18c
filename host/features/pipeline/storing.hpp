#pragma once

/// The last two stages of a build: what encoders give is packed by one thread and written by another, in the
/// order of the list, while the next images are encoded. Both wait in queues of bounded length; an encoder
/// waits when they are full.

#include "features/image_loader.hpp"
#include "features/pipeline/stage_times.hpp"
#include "features/pipeline/turn_queue.hpp"

#include <tagloom/featurecache/packed_rows.hpp>
#include <tagloom/features.hpp>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace tagloom::features {

/// A piece of a batch, whose number is its turn.
struct Encoded {
  std::vector<featurecache::ImageKey> keys;
  /// As `featurecache::to_store` gives them.
  Features features;
  /// With the last piece: the batch, for what there is to say of it.
  ImageBatch batch;
};

class Storing {
 public:
  struct Settings {
    /// That of the cache which is written.
    featurecache::CacheInfo info;
    /// How many threads give.
    std::size_t givers = 1;
    StageTimes* times = nullptr;
  };
  /// Called in the writing thread, in the order of the list.
  struct Calls {
    std::function<void(featurecache::PackedRows)> append;
    std::function<void(ImageBatch&)> remark;
  };

  Storing(Settings settings, Calls calls);
  /// Waits until what was given is stored, unless storing failed.
  ~Storing();
  Storing(const Storing&) = delete;
  Storing& operator=(const Storing&) = delete;

  /// Waits for room. False if storing failed: then nobody needs to encode more, and `finish` says why.
  bool give(std::size_t turn, Encoded piece, Last last);
  /// Nothing more is taken; what was given is stored, up to the first gap.
  void close() { encoded_.close(); }
  /// Images of the list that are done, readable or not.
  [[nodiscard]] std::int64_t done() const { return done_; }
  /// Waits until what was given is stored, and calls `meanwhile` every now and then. Throws what packing and
  /// writing threw.
  void finish(const std::function<void()>& meanwhile);

 private:
  struct Packed {
    featurecache::PackedRows rows;
    ImageBatch batch;
  };

  void pack();
  void write();
  template <class Work>
  void keeping_failure(const Work& work) noexcept;

  const Settings settings_;
  const Calls calls_;
  TurnQueue<Encoded> encoded_;
  TurnQueue<Packed> packed_;
  std::atomic<std::int64_t> done_ = 0;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;
  std::exception_ptr failure_;
  // Last, so that they end before what they use.
  std::jthread packing_;
  std::jthread writing_;
};

}  // namespace tagloom::features
