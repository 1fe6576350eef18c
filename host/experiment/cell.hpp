#pragma once

/// A cell of an experiment: one model, a method with its options and a seed, which is trained once and scored
/// by each search.

#include "experiment/experiment.hpp"
#include "experiment/read_experiment.hpp"
#include "training/config.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace tagloom::experiment {

/// The commands that an experiment is made of, as the command line has them.
struct Commands {
  CommandOptions options;
  /// Each throws UsageError for words that its command would not begin with.
  std::function<void(const std::vector<std::string>&)> check_demo;
  /// Returns the encoder; nothing where a checkpoint says which.
  std::function<std::string(const std::vector<std::string>&)> check_build;
  std::function<training::TrainConfig(const std::vector<std::string>&)> check_train;
  std::function<void(const std::vector<std::string>&)> check_evaluate;
};

struct Cell {
  /// From 1.
  std::size_t number = 0;
  std::string method;
  std::string variant;
  std::uint64_t seed = 0;
  /// For people: "ria, 512 units, seed 1".
  std::string name;
  /// Names of the caches that it reads.
  std::vector<std::string> caches;
  std::vector<std::string> views;
  /// The data set that they are of.
  std::string data;
  GivenOptions train;
  std::vector<std::string> splits;
  /// One, called "threshold", of a classifier alone.
  std::vector<Search> searches;
  /// What the options come to; paths are not set.
  training::TrainConfig config;
};

/// Seed by seed, so that a run which ends early has every method once rather than one of them often. Throws
/// UsageError, naming the cell, for options that contradict each other or do nothing.
[[nodiscard]] std::vector<Cell> cells_of(const Experiment& experiment, const Commands& commands);

/// Words of `cache build` with places for its data set and output, for `Commands::check_build`.
[[nodiscard]] std::vector<std::string> words_to_check(const GivenOptions& build);

}  // namespace tagloom::experiment
