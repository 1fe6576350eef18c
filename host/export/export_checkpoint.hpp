#pragma once

/// `tagloom export` as a library call: from a checkpoint, and the encoder that it was trained behind, to a
/// file.

#include "export/export_config.hpp"
#include "registry/registry.hpp"

#include <cstddef>
#include <functional>
#include <string>

namespace tagloom::torchscript {

struct ExportResult {
  /// "ria", "classifier linear".
  std::string model;
  std::string encoder;
  std::size_t labels = 0;
  std::size_t bytes = 0;
};

/// On the CPU. `warn` is told what the user should know of the encoder's weights and of the confidences.
/// Throws what `find_encoder` and `exported` throw, DataError if a file cannot be read or written; then there
/// is no new file.
ExportResult export_checkpoint(const ExportConfig& config, const registry::Registry& registry,
                               const std::function<void(const std::string&)>& warn);

}  // namespace tagloom::torchscript
