#pragma once

/// The splits of a data set as checkpoints' trainings carved them, each carving made once, with the images
/// that can be scored.

#include "checkpoint/checkpoint.hpp"

#include <tagloom/datasets/dataset.hpp>
#include <tagloom/featurecache/reader.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tagloom::evaluation {

struct CarvedData {
  datasets::Dataset data;
  /// The statistics of all training images, and how many these are.
  LabelStatistics statistics;
  std::int64_t train_images = 0;
  /// By split: how many images were left out.
  std::map<std::string, std::int64_t> left_out;

  [[nodiscard]] const std::vector<datasets::Sample>& samples_of(const std::string& split) const;
};

class CarvedSplits {
 public:
  struct Settings {
    /// Those that are scored.
    std::vector<std::string> splits;
    /// Leave out of them what the cache has no features of.
    bool skip_unreadable = false;
    /// Gets, once, what was left out, and which training images are also scored.
    std::function<void(const std::string&)> warn;
  };

  /// Carves `data`, whose images' features `cache` holds; the latter must outlive it.
  CarvedSplits(datasets::Dataset data, const featurecache::CacheReader& cache, Settings settings);

  [[nodiscard]] const datasets::Dataset& data() const { return data_; }
  /// Stays where it is.
  const CarvedData& operator[](const checkpoint::Carving& carving);

 private:
  CarvedData carve(const checkpoint::Carving& carving);
  void warn_of_shared_images(const datasets::Dataset& carved) const;

  datasets::Dataset data_;
  const featurecache::CacheReader& cache_;
  Settings settings_;
  std::map<checkpoint::Carving, CarvedData> carved_;
  std::set<std::string> warned_;
};

}  // namespace tagloom::evaluation
