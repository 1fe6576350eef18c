#pragma once

/// Batches of features on a device, read ahead by a thread of its own while the model computes. The batches
/// and their order are given at the start; the stream ends and joins its thread when it is destroyed,
/// finished or not.

#include <tagloom/featurecache/reader.hpp>

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace tagloom::featurecache {

/// A row of one of several caches.
struct SourceRow {
  std::size_t source = 0;
  std::int64_t row = 0;
};

class FeatureStream {
 public:
  struct Settings {
    FeatureNeeds needs;
    at::Device device = at::kCPU;
    /// Floating type of the batches that come out.
    at::ScalarType type = at::kFloat;
    /// Batches read ahead.
    std::size_t ahead = 3;
  };

  /// `batches[i]` are the rows of batch i. `cache` must outlive the stream.
  FeatureStream(const CacheReader& cache, std::vector<std::vector<std::int64_t>> batches, Settings settings);
  /// The same from several caches with features of one shape, whose rows may mix in a batch.
  FeatureStream(const std::vector<CacheReader>& caches, std::vector<std::vector<SourceRow>> batches,
                Settings settings);
  ~FeatureStream();
  FeatureStream(const FeatureStream&) = delete;
  FeatureStream& operator=(const FeatureStream&) = delete;

  /// The next batch, or nothing after the last. Rethrows what went wrong while it was read; throws
  /// Interrupted when a signal asks to stop and the batch does not come soon. Its reading ends with the
  /// stream all the same, so that a disk which does not answer holds up the destructor.
  std::optional<Features> next();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tagloom::featurecache
