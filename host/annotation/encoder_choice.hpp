#pragma once

#include "options/table.hpp"
#include "registry/assignments.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace tagloom::annotation {

/// What the user says of the encoder.
struct EncoderChoice {
  /// The file of its weights; empty: it is looked for.
  std::filesystem::path weights = {};
  /// Instead of what the checkpoint records, which earlier versions did not.
  registry::Assignments options = {};
  /// Where weights are looked for after the recorded path, in this order.
  std::vector<std::filesystem::path> folders = {};
  /// Hears where they are looked for, and what is found there.
  std::function<void(const std::string&)> tell = [](const std::string&) {};
};

/// Its row: the file of the weights.
const options::Table<EncoderChoice>& encoder_rows();

}  // namespace tagloom::annotation
