#pragma once

/// Scores as programs read them; docs/scores.md describes the JSON.

#include "evaluation/compare.hpp"

#include <filesystem>
#include <string>

namespace tagloom::evaluation {

/// All metrics and per-label scores, and by image its labels, those predicted and what every label was worth
/// to the model, as JSON; written beside its final name and renamed. `command` is the line that scores them
/// again. Throws DataError if the file cannot be written.
void write_json(const std::filesystem::path& path, const Comparison& comparison,
                const std::string& command = {});

/// A line a label, split and model, as CSV, likewise.
void write_label_table(const std::filesystem::path& path, const Comparison& comparison);

}  // namespace tagloom::evaluation
