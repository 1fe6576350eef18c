#pragma once

/// An ordering turns an image's label set into the sequence a decoder is taught.

#include <tagloom/export.hpp>
#include <tagloom/vocabulary.hpp>

#include <cstdint>
#include <random>
#include <span>
#include <vector>

namespace tagloom {

class TAGLOOM_API Ordering {
 public:
  Ordering() = default;
  Ordering(const Ordering&) = delete;
  Ordering& operator=(const Ordering&) = delete;
  virtual ~Ordering() = default;

  /// A permutation of `labels` (distinct, as annotated). A random ordering draws from `generator` alone,
  /// which the host seeds once per epoch; others leave it untouched.
  [[nodiscard]] virtual std::vector<std::int64_t> order(std::span<const std::int64_t> labels,
                                                        const LabelStatistics& statistics,
                                                        std::mt19937_64& generator) const = 0;
};

}  // namespace tagloom
