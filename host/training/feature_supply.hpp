#pragma once

/// Where a training run's batches of features come from: a GPU's own memory where they fit, else the caches,
/// read ahead while the model computes.

#include "training/config.hpp"

#include <tagloom/featurecache/resident.hpp>
#include <tagloom/featurecache/stream.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tagloom::training {

class FeatureSupply {
 public:
  /// `caches` must outlive it. Throws UsageError if features must be resident and there is no room for them.
  FeatureSupply(const std::vector<featurecache::CacheReader>& caches,
                featurecache::FeatureStream::Settings settings, Residency residency);

  /// Starts with the first of other batches.
  void begin(std::vector<std::vector<featurecache::SourceRow>> batches);
  /// The next batch; there must be one.
  [[nodiscard]] Features next();

  /// For the user; empty if features are streamed.
  [[nodiscard]] std::string summary() const;

 private:
  const std::vector<featurecache::CacheReader>& caches_;
  featurecache::FeatureStream::Settings settings_;
  std::optional<featurecache::ResidentFeatures> resident_;
  std::optional<featurecache::ResidentFeatures::Batches> gathered_;
  std::optional<featurecache::FeatureStream> streamed_;
};

}  // namespace tagloom::training
