#pragma once

/// What an export depends on, without what makes it.

#include "annotation/encoder_choice.hpp"
#include "options/table.hpp"

#include <filesystem>

namespace tagloom::torchscript {

struct ExportConfig {
  /// The checkpoint.
  std::filesystem::path model;
  /// The TorchScript file to write.
  std::filesystem::path output;
  /// An encoder's option `precision` that is left at "auto" becomes float32: what is fast on this machine is
  /// nothing to the one that runs the file.
  annotation::EncoderChoice encoder = {};
};

/// A row an option (export_options.cpp).
const options::Table<ExportConfig>& option_table();

/// Throws UsageError for a value that makes no sense.
void check(const ExportConfig& config);

}  // namespace tagloom::torchscript
