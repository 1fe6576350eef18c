#pragma once

/// What is scored, and how.

#include "options/table.hpp"
#include "runtime/cuda_graph.hpp"
#include "runtime/precision.hpp"
#include "search/options.hpp"

#include <tagloom/base/interrupt.hpp>
#include <tagloom/datasets/read.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace tagloom::evaluation {

struct Comparison;

struct CompareConfig {
  std::filesystem::path data;
  /// A test split that the data set has not is the one that the checkpoint's training held out.
  datasets::ReadOptions reading = {.test_fraction = 0};
  /// Features of the images of `data`: one cache, or several that are read as one.
  std::vector<std::filesystem::path> caches;
  std::vector<std::filesystem::path> checkpoints;
  /// "train", "validation" or "test", as the checkpoint's training drew those that the data set has not.
  std::vector<std::string> splits = {"test"};
  /// How decoders are searched; `max_labels` comes from each checkpoint.
  search::SearchOptions search;
  std::string device = "auto";
  /// The type of matrix products.
  runtime::Precision precision = runtime::Precision::float32;
  runtime::CudaGraph cuda_graph = runtime::CudaGraph::automatic;
  /// Asked before every checkpoint; after a yes, those left are reported as not scored.
  std::function<bool()> stop = stop_requested;
  /// For a process that a signal asks to stop in the middle of what takes long, such as loading a checkpoint:
  /// writes the rows so far and returns the sentence that the process then ends with. Called in another
  /// thread. Without it `compare` is waited for.
  std::function<std::string(const Comparison&)> keep = {};
  /// Called before each checkpoint with the rows so far, to put them on disk: its plugin may end the process.
  std::function<void(const Comparison&)> keep_so_far = {};
  /// Score a split without the images that the cache has no features of, instead of refusing.
  bool skip_unreadable = false;
  /// What makes scores other ones than the user may think.
  std::function<void(const std::string&)> warn = [](const std::string&) {};
};

/// A row an option; those of `--attention` and others that say where to write are the command's.
const options::Table<CompareConfig>& option_table();

/// Throws UsageError for a value that no comparison can use, and for two that contradict each other.
void check(const CompareConfig& config);

}  // namespace tagloom::evaluation
