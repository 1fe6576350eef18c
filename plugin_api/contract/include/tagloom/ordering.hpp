#pragma once

/// An ordering turns an image's label set into the sequence a decoder is taught.

#include <tagloom/base/export.hpp>
#include <tagloom/base/random.hpp>
#include <tagloom/vocabulary.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace tagloom {

/// Two instances may be used at the same time, each by a thread. Whatever is thrown becomes a sentence that
/// names the ordering; nothing is printed on standard output, which belongs to results.
class TAGLOOM_API Ordering {
 public:
  Ordering() = default;
  Ordering(const Ordering&) = delete;
  Ordering& operator=(const Ordering&) = delete;
  virtual ~Ordering() = default;

  /// A permutation of `labels` (distinct, as annotated). A random ordering draws from `random` alone,
  /// which the host seeds once per epoch; others leave it untouched.
  [[nodiscard]] virtual std::vector<std::int64_t> order(std::span<const std::int64_t> labels,
                                                        const LabelStatistics& statistics,
                                                        Random& random) const = 0;
};

/// `labels` sorted by how often training images have them, fewest first or most first.
enum class CountOrder { fewest_first, most_first };
/// What decides between equal counts: the label's index, which makes the order total, or nothing, so that
/// labels stay as annotated.
enum class Ties { by_index, as_annotated };
TAGLOOM_API std::vector<std::int64_t> sorted_by_count(std::span<const std::int64_t> labels,
                                                      const LabelStatistics& statistics, CountOrder order,
                                                      Ties ties);

}  // namespace tagloom
