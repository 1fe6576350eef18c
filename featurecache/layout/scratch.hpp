#pragma once

/// Memory that is filled anew for every row, kept between rows and never initialised. One a thread.

#include <cstddef>
#include <memory>
#include <span>

namespace tagloom::featurecache {

class Scratch {
 public:
  /// `bytes` bytes of anything, good until the next call; aligned as `new` aligns.
  [[nodiscard]] std::span<std::byte> take(std::size_t bytes) {
    if (bytes > capacity_) {
      memory_ = std::make_unique_for_overwrite<std::byte[]>(bytes);
      capacity_ = bytes;
    }
    return {memory_.get(), bytes};
  }

 private:
  std::unique_ptr<std::byte[]> memory_;
  std::size_t capacity_ = 0;
};

/// What reading a row takes: for the packed map, and for what is read before it is converted.
struct RowScratch {
  Scratch packed;
  Scratch pooled;
  Scratch map;
};

}  // namespace tagloom::featurecache
