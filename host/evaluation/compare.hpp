#pragma once

/// `tagloom evaluate` as a library call: any number of checkpoints scored on any splits of one data set, next
/// to the score of always predicting the most frequent labels.

#include "distributed/world.hpp"
#include "evaluation/compare_config.hpp"
#include "evaluation/scored_split.hpp"
#include "registry/registry.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace tagloom::evaluation {

/// A checkpoint that could not be scored.
struct Failure {
  /// Names the file and says why.
  std::string sentence;
  /// What LibTorch or a plugin said in full; often empty.
  std::string causes;
};

struct Comparison {
  Vocabulary vocabulary;
  /// What the cache holds for an image.
  FeatureShape feature_shape;
  std::vector<ScoredSplit> rows;
  std::vector<Failure> failures;
  /// Checkpoints that were not tried; none if all were.
  std::vector<std::filesystem::path> not_scored;
  /// Before all was scored; the last of `failures` says where.
  bool stopped = false;
};

/// Every checkpoint on every split, each kind of split headed by its baseline; `scored` is called as soon as
/// a row is known. A checkpoint that cannot be used does not keep the others from being scored. A signal ends
/// it between two batches, with the rows so far, or by `keep`, the process with it. Throws DataError and
/// UsageError for what concerns all of them.
Comparison compare(const CompareConfig& config, const registry::Registry& registry,
                   const std::function<void(const ScoredSplit&)>& scored);
/// The same by several processes, which all get the rows. Throws LostProcess.
Comparison compare(const CompareConfig& config, const registry::Registry& registry,
                   const std::function<void(const ScoredSplit&)>& scored, distributed::World& world);

}  // namespace tagloom::evaluation
