#pragma once

/// What annotations depend on, without what makes them.

#include "annotation/encoder_choice.hpp"
#include "annotation/formats/format.hpp"
#include "options/table.hpp"
#include "runtime/precision.hpp"
#include "search/options.hpp"

#include <tagloom/datasets/images/image.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::annotation {

struct AnnotatorConfig {
  /// The checkpoint.
  std::filesystem::path model;
  EncoderChoice encoder = {};
  /// How a decoder is searched; `max_labels` comes from the checkpoint.
  search::SearchOptions search = {};
  /// Keep the so many most confident labels of a picture; 0 keeps all that the model emits.
  std::int64_t top = 0;
  /// Drop labels of less confidence.
  double min_confidence = 0;
  /// Also say where the model looked for each label, if it has attention.
  bool attention = false;
  std::string device = "auto";
  /// The type of matrix products after the encoder, whose own is an option of its.
  runtime::Precision precision = runtime::Precision::float32;
};

/// Throws UsageError for a value that no annotator can use.
void check(const AnnotatorConfig& config);

struct AnnotateConfig {
  AnnotatorConfig annotator = {};
  /// Pictures, folders, archives and lists of paths (features/images_given.hpp).
  std::vector<std::filesystem::path> inputs = {};
  FormatName format = FormatName::text;
  /// Where the lines go; empty: to the listener.
  std::filesystem::path output = {};
  std::int64_t batch = 16;
  /// Larger pictures cannot be read.
  std::int64_t max_pixels = datasets::DecodeOptions{}.max_pixels;
  /// Take JPEGs that are damaged or cut short as they come out.
  bool accept_damaged = false;
  /// Columns that text is wrapped for; 0: it is not.
  int width = 0;
};

/// A row an option (annotate_options.cpp).
const options::Table<AnnotateConfig>& option_table();

/// Throws UsageError for what cannot be.
void check(const AnnotateConfig& config);

}  // namespace tagloom::annotation
