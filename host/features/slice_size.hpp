#pragma once

/// How many images an encoder gets at once: as many as it encodes in half a second. A slow one needs a minute
/// for a batch; in slices, what it has done gets to the disk before the next interruption.

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace tagloom::features {

class SliceSize {
 public:
  /// For batches of at most `most` images; the first image is encoded alone.
  explicit SliceSize(std::int64_t most) : most_(most) {}

  [[nodiscard]] std::int64_t of(std::int64_t waiting) const { return std::min(size_, waiting); }

  void took(std::int64_t images, double seconds) {
    constexpr double kSeconds = 0.5;
    // A first image can be a hundred times as slow as the second, and says little.
    constexpr std::int64_t kGrowth = 4;
    const double fitting = kSeconds * static_cast<double>(images) / std::max(seconds, 1e-9);
    const auto most = static_cast<double>(std::min(most_, size_ * kGrowth));
    size_ = static_cast<std::int64_t>(std::clamp(fitting, 1.0, most));
  }

 private:
  std::int64_t most_;
  std::int64_t size_ = 1;
};

/// Calls `encode(first, images)` until all `count` images are encoded, or `stop` says so.
template <class Encode, class Stop>
void in_slices(std::int64_t count, SliceSize& slices, const Encode& encode, const Stop& stop) {
  using Clock = std::chrono::steady_clock;
  std::int64_t done = 0;
  while (done < count && !stop()) {
    const Clock::time_point start = Clock::now();
    const std::int64_t images = slices.of(count - done);
    encode(done, images);
    slices.took(images, std::chrono::duration<double>(Clock::now() - start).count());
    done += images;
  }
}

}  // namespace tagloom::features
