#pragma once

/// The data sets and caches of an experiment: where they are, and what makes those that are missing.

#include "experiment/cell.hpp"
#include "experiment/identity.hpp"
#include "experiment/step.hpp"

#include <tagloom/datasets/dataset.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tagloom::experiment {

class Inputs {
 public:
  Inputs(const Experiment& experiment, Identities& identities);

  /// Throws DataError, with file and line, for a file that is read before or while caches are built or cells
  /// are trained, and that nobody can make; and for a cache that the experiment once built by other options
  /// than it is to be built by now.
  void require_files(const std::vector<Cell>& cells);
  /// What draws a data set or builds a cache that is missing, in order; nothing if all are there. Throws
  /// DataError for one that is missing and nobody can make.
  [[nodiscard]] std::optional<Step> next_step();

  /// The cache of this name.
  [[nodiscard]] std::filesystem::path cache(const std::string& name);
  /// `--data` and `--cache` of a cell.
  [[nodiscard]] std::vector<std::string> words_for(const Cell& cell);
  /// As the cell's training reads it.
  [[nodiscard]] const datasets::Dataset& data_of(const Cell& cell);

 private:
  [[nodiscard]] std::filesystem::path path_of(const DataSet& data) const;
  [[nodiscard]] std::filesystem::path path_of(const Cache& cache);
  /// What the cache depends on.
  [[nodiscard]] std::string key_of(const Cache& cache);
  /// Where it is remembered what a cache was built by whose path does not say it.
  [[nodiscard]] std::filesystem::path memory_of(const Cache& cache) const;
  void require_as_it_would_be_built(const Cache& cache);
  [[nodiscard]] Step drawing(const DataSet& data, const std::filesystem::path& path) const;
  [[nodiscard]] Step building(const Cache& cache, const std::filesystem::path& path);

  const Experiment& experiment_;
  Identities& identities_;
  std::map<std::string, datasets::Dataset> data_;
};

/// `--plugin-dir` of the experiment's folders.
[[nodiscard]] std::vector<std::string> plugin_words(const Experiment& experiment);

/// Puts words behind others.
void add(std::vector<std::string>& words, const std::vector<std::string>& more);

}  // namespace tagloom::experiment
