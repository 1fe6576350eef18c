#pragma once

/// Where an experiment's work stands on disk, and what is to be done next. Everything is asked of the files
/// that are there, so that it makes no difference how an earlier run ended: a step is done when the record
/// that it ends with is there, and has the key of what the step depends on today. A model's folder is named
/// after its key, so that what was begun with other options is never gone on with.

#include "experiment/cell.hpp"
#include "experiment/identity.hpp"
#include "experiment/inputs.hpp"
#include "experiment/record.hpp"
#include "experiment/step.hpp"
#include "registry/registry.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tagloom::experiment {

class Workshop {
 public:
  Workshop(const Experiment& experiment, const registry::Registry& registry);

  [[nodiscard]] Inputs& inputs() { return inputs_; }
  /// What a cell needs next; nothing if it is done. Its data set and caches must be there. Throws DataError
  /// if they are not.
  [[nodiscard]] std::optional<Step> next_step(const Cell& cell);
  /// All that the cell still needs; what depends on caches that are missing needs everything.
  [[nodiscard]] std::vector<Step> steps_left(const Cell& cell);

  /// Whether it is trained and has a result of each search. Its data set and caches must be there.
  [[nodiscard]] bool is_done(const Cell& cell) { return steps_left(cell).empty(); }

  /// The folder of a cell's model. Its data set and caches must be there.
  [[nodiscard]] std::filesystem::path folder_of(const Cell& cell);
  /// The result file of a search, if it is there and up to date: what evaluate wrote
  /// (results/result_file.hpp), with the record of the step as its member "experiment".
  [[nodiscard]] std::optional<std::filesystem::path> result_of(const Cell& cell, const Search& search);

 private:
  [[nodiscard]] const Key& training_key(const Cell& cell);
  [[nodiscard]] Key scoring_key(const Cell& cell, const Search& search, const std::string& model);
  [[nodiscard]] Step training_step(const Cell& cell);
  [[nodiscard]] Step scoring_step(const Cell& cell, const Search& search, const std::string& model);
  /// Takes a model whose training had ended before anybody could record it.
  void take_finished(const Cell& cell);
  /// The hash of the trained model; nothing if it is not trained.
  [[nodiscard]] std::optional<std::string> model_of(const Cell& cell);

  const Experiment& experiment_;
  const registry::Registry& registry_;
  Identities identities_;
  Inputs inputs_;
  std::map<std::size_t, Key> keys_;
};

}  // namespace tagloom::experiment
