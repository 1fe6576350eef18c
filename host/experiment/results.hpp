#pragma once

/// What came of an experiment: a row for each method, variant, search and split, with the mean and the spread
/// over its seeds, and what it differs by from the baseline.

#include "experiment/workshop.hpp"
#include "results/result_file.hpp"
#include "statistics/paired_bootstrap.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tagloom::experiment {

/// One model on one split.
struct Scored {
  std::uint64_t seed = 0;
  /// By the names of known_figures (bound.hpp); one that a result has not is not there.
  std::map<std::string, double> figures;
  /// The one that was chosen.
  std::string epoch;
  /// The file that says so, from the experiment's folder.
  std::string file = {};
  /// Images, truth and predictions, with labels numbered as in the cell's data set.
  results::Result result = {};
};

struct MeanAndSpread {
  double mean = 0;
  /// The standard deviation of a sample; 0 of one value.
  double deviation = 0;
};

struct ResultRow {
  std::string method;
  std::string variant;
  std::string search;
  std::string split;
  /// The split that chose the epoch.
  std::string selected_on;
  std::vector<Scored> runs;
  /// How many there are to be.
  std::size_t seeds = 0;
  /// How many labels the data set has.
  std::int64_t labels = 0;
  /// Against the baseline's row of the same split and variant, and of the same search where it has that. Not
  /// there for the baseline itself, and where the two were not scored on the same images.
  std::optional<statistics::Comparison> comparison = {};

  /// Nothing where no run has the figure.
  [[nodiscard]] std::optional<MeanAndSpread> of(const std::string& figure) const;
};

/// Reads what is there of all cells; of some rows there may be no run yet. Throws DataError for a result that
/// evaluate did not write so.
[[nodiscard]] std::vector<ResultRow> gathered(const Experiment& experiment, const std::vector<Cell>& cells,
                                              Workshop& workshop);

/// The bounds that are missed, a sentence each. A bound that no row has a figure for is missed, too. Those of
/// the split that the experiment is about count: test where it is scored, else the first.
[[nodiscard]] std::vector<std::string> missed_bounds(const Experiment& experiment,
                                                     const std::vector<ResultRow>& rows);

}  // namespace tagloom::experiment
