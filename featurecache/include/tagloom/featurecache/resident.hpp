#pragma once

/// All features of some caches in a device's memory, in the type in which they are stored: an epoch then
/// reads no file, copies nothing over the bus, and a batch is one gather.

#include <tagloom/featurecache/stream.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace tagloom::featurecache {

class ResidentFeatures {
 public:
  struct Settings {
    FeatureNeeds needs;
    at::Device device = at::kCPU;
    /// Floating type of the batches that come out.
    at::ScalarType type = at::kFloat;
  };

  /// Reads all rows of `caches`, which have features of one shape. Nothing if the device has no room for them
  /// and for `reserve` bytes besides; throws DataError as reading does, and Interrupted when told to
  /// stop.
  static std::optional<ResidentFeatures> load(const std::vector<CacheReader>& caches, Settings settings,
                                              std::int64_t reserve = 0);

  /// Batches by their rows. The rows' numbers are copied to the device once, for all batches.
  class Batches {
   public:
    /// The next batch, or nothing after the last.
    std::optional<Features> next();

   private:
    friend ResidentFeatures;
    Batches(const ResidentFeatures& from, const std::vector<std::vector<SourceRow>>& batches);

    const ResidentFeatures* from_;
    at::Tensor rows_;
    std::vector<std::int64_t> sizes_;
    std::size_t batch_ = 0;
    std::int64_t position_ = 0;
  };
  /// These features must outlive the batches.
  [[nodiscard]] Batches batches(const std::vector<std::vector<SourceRow>>& rows) const {
    return {*this, rows};
  }

  [[nodiscard]] std::int64_t bytes() const;

 private:
  ResidentFeatures() = default;

  Settings settings_;
  /// The rows of all caches, one cache after the other.
  Features features_;
  /// The first row of each cache.
  std::vector<std::int64_t> first_rows_;
};

}  // namespace tagloom::featurecache
