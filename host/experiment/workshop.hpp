#pragma once

/// Where an experiment's work stands on disk, and what is to be done next. Everything is asked of the files
/// that are there, so that it makes no difference how an earlier run ended: a step is done when the record
/// that it ends with is there, and has the key of what the step depends on today. A model's folder is named
/// after its key, so that what was begun with other options is never gone on with.

#include "experiment/cell.hpp"
#include "experiment/child.hpp"
#include "experiment/identity.hpp"
#include "registry/registry.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tagloom::experiment {

/// One process: a command of tagloom, and what makes its result count once it has ended well.
struct Step {
  /// For people: "training", "scoring, beam 10".
  std::string what;
  std::vector<std::string> words;
  std::filesystem::path log;
  std::function<void(const ChildEnd&)> finish;
};

class Workshop {
 public:
  Workshop(const Experiment& experiment, const registry::Registry& registry);

  /// What draws a data set or builds a cache that is missing, in order; nothing if all are there.
  [[nodiscard]] std::optional<Step> next_preparation();
  /// What a cell needs next; nothing if it is done. Its data set and caches must be there. Throws DataError
  /// if they are not.
  [[nodiscard]] std::optional<Step> next_step(const Cell& cell);
  /// All that the cell still needs; what depends on caches that are missing needs everything.
  [[nodiscard]] std::vector<Step> steps_left(const Cell& cell);

  /// The folder of a cell's model. Its data set and caches must be there.
  [[nodiscard]] std::filesystem::path folder_of(const Cell& cell);
  /// The result of a search, if it is there and up to date; its record is its member "experiment".
  [[nodiscard]] std::optional<nlohmann::ordered_json> result_of(const Cell& cell, const Search& search);
  /// As the cell's training reads it.
  [[nodiscard]] const datasets::Dataset& data_of(const Cell& cell);

 private:
  struct Key {
    nlohmann::ordered_json depends_on;
    std::string hash;
  };
  [[nodiscard]] std::filesystem::path path_of(const DataSet& data) const;
  [[nodiscard]] std::filesystem::path path_of(const Cache& cache);
  [[nodiscard]] bool is_there(const Cache& cache);
  [[nodiscard]] Key key_of(const Cell& cell);
  [[nodiscard]] Key key_of(const Cell& cell, const Search& search, const std::string& model);
  [[nodiscard]] std::vector<std::string> input_words(const Cell& cell);
  [[nodiscard]] std::vector<std::string> plugin_words() const;
  [[nodiscard]] Step training_step(const Cell& cell);
  [[nodiscard]] Step scoring_step(const Cell& cell, const Search& search, const std::string& model);
  /// Takes a model whose training had ended before anybody could record it.
  void take_finished(const Cell& cell);
  /// The hash of the trained model; nothing if it is not trained.
  [[nodiscard]] std::optional<std::string> model_of(const Cell& cell);

  const Experiment& experiment_;
  const registry::Registry& registry_;
  Identities identities_;
  std::map<std::string, datasets::Dataset> data_;
  std::map<std::size_t, Key> keys_;
};

}  // namespace tagloom::experiment
