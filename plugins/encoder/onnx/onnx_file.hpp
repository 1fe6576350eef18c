#pragma once

/// An ONNX file as it describes itself, read without what computes it: the protocol buffer's outermost
/// messages.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace tagloom {

struct OnnxFile {
  /// The encoder's options as the file's maker knows them: the lines NAME=VALUE of its metadata
  /// "tagloom_options".
  std::map<std::string, std::string> options;
  /// Files beside it that hold its weights ("external data"), sorted; exporters put them there when they are
  /// large.
  std::vector<std::filesystem::path> weights;
};

/// Throws DataError, with a sentence that tells one from another, for a file that is missing, damaged or no
/// ONNX model, and for weights that lie elsewhere than beside it.
[[nodiscard]] OnnxFile read_onnx(const std::filesystem::path& path);

}  // namespace tagloom
