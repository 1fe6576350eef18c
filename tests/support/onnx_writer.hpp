#pragma once

/// ONNX files as an exporter would write them: the few messages of onnx.proto that a small network needs.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tagloom::testing {

/// -1: any.
using OnnxShape = std::vector<std::int64_t>;

struct OnnxNode {
  std::string op;
  std::vector<std::string> inputs;
  std::string output;
  std::map<std::string, std::vector<std::int64_t>> integers = {};
  /// Empty: ONNX's own operators.
  std::string domain = {};
};

struct OnnxTensor {
  OnnxShape shape;
  std::vector<float> values;
  /// Set: the bytes are in that file beside the model, not in it.
  std::string location = {};
};

struct OnnxNetworkFile {
  std::vector<OnnxNode> nodes;
  std::map<std::string, OnnxTensor> tensors;
  std::vector<std::pair<std::string, OnnxShape>> inputs;
  std::vector<std::pair<std::string, OnnxShape>> outputs;
  std::map<std::string, std::string> metadata;
};

/// The bytes of the file.
std::string onnx_of(const OnnxNetworkFile& network);

/// Those of a tensor's values, as a file of weights has them.
std::string bytes_of(const std::vector<float>& values);

}  // namespace tagloom::testing
