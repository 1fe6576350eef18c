#pragma once

/// What `tagloom evaluate --json` wrote, read again (docs/scores.md): scores and, by image, what is true and
/// what was said. Values; nothing else is opened.

#include <tagloom/vocabulary.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::results {

/// One row of the table: a model on a split.
struct Result {
  /// The JSON file.
  std::filesystem::path file;
  /// As the file has them; see evaluation::ScoredSplit.
  std::string model;
  std::string method;
  std::string split;
  std::string search;
  /// The model of an experiment (docs/experiments.md): "ria, 512 units, seed 1"; empty of any other.
  std::string cell;
  /// What tells it from the results beside it, as short as that allows (see `name_all`).
  std::string name;
  /// In the order of their names.
  std::vector<std::string> images;
  /// Label indices of each image. Empty in files of format 2, which hold no truth.
  std::vector<std::vector<std::int64_t>> truth;
  /// In the order of emission.
  std::vector<std::vector<std::int64_t>> predictions;
  /// How probable each predicted label was; empty where the model gives no probabilities.
  std::vector<std::vector<float>> probabilities;
  /// `[labels]` an image: what labels are ranked by; empty likewise.
  std::vector<std::vector<float>> scores;
  /// Everything else, by the names of docs/scores.md.
  nlohmann::json json;

  /// "always the 3 most frequent labels".
  [[nodiscard]] bool is_baseline() const { return method.empty(); }
};

struct ResultFile {
  std::filesystem::path path;
  /// The version that wrote it.
  std::string tagloom;
  /// The command line that wrote it; empty where it is not known.
  std::string command;
  Vocabulary vocabulary;
  std::vector<Result> results;
  /// Sentences: what could not be scored.
  std::vector<std::string> failures;
};

/// Throws DataError if the file is missing, is none of `evaluate --json`'s, is of a newer format or
/// contradicts itself.
[[nodiscard]] ResultFile read_results(const std::filesystem::path& path);

/// Gives each result a name of its own: the model's, and as much of search, split and file as is needed.
void name_all(std::vector<Result>& results);

}  // namespace tagloom::results
