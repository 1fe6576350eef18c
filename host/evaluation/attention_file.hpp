#pragma once

/// Where a decoder with attention looked, for drawing: a safetensors file with one tensor an image,
/// `[labels + 1, height, width]` (float32, each step sums to one, the last is the stop token's), and in the
/// metadata under "labels" a JSON object from image name to the labels emitted at these steps; "format" is 1.
/// See docs/scores.md.

#include "evaluation/compare.hpp"

#include <filesystem>

namespace tagloom::evaluation {

/// Throws UsageError if the row's decoder has no attention, DataError if the file cannot be written.
void write_attention(const std::filesystem::path& path, const ScoredSplit& row, const Vocabulary& vocabulary,
                     const FeatureShape& shape);

}  // namespace tagloom::evaluation
