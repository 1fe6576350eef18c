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
  /// The model of an experiment (docs/experiments.md) that the file is of: "ria, 512 units, seed 1"; empty of
  /// any other.
  std::string cell;
  /// What tells it from the results of its split beside it, as short as that allows (see `name_all`).
  std::string name;
  /// What tells it from all results beside it: the name, and the split where other splits have that name,
  /// too.
  std::string full_name;
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

/// What is wrong with a value of a results file, as the end of a sentence.
[[nodiscard]] std::string in_words(const nlohmann::json::exception& error);

/// Names each result as its model, and by as much of search, cell, paths and split as tells it from those
/// that would be called the same.
void name_all(std::vector<Result>& results);

}  // namespace tagloom::results
