#pragma once

/// Scores as programs read them; docs/scores.md describes the JSON.

#include "evaluation/compare.hpp"

#include <filesystem>

namespace tagloom::evaluation {

/// All metrics, per-label scores and predicted labels by image, as JSON; written beside its final name and
/// renamed. Throws DataError if the file cannot be written.
void write_json(const std::filesystem::path& path, const Comparison& comparison);

/// A line a label, split and model, as CSV, likewise.
void write_label_table(const std::filesystem::path& path, const Comparison& comparison);

}  // namespace tagloom::evaluation
