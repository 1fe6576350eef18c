#pragma once

/// A prepared network in OpenVINO's hands. It computes one image a thread, as many at once as there are
/// threads: nobody waits for the others within a layer, any number of images fits, and memory is that of one
/// image a thread. Fewer images than threads share the threads instead.

#include "backbone/outputs.hpp"
#include "onnx/prepare.hpp"

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <openvino/runtime/core.hpp>
#include <optional>
#include <vector>

namespace tagloom {

/// Throws DataError for a file that OpenVINO cannot read, and says which operators it does not know.
[[nodiscard]] std::shared_ptr<ov::Model> read_network(ov::Core& core, const std::filesystem::path& path);

class OnnxNetwork {
 public:
  OnnxNetwork(ov::Core core, PreparedNetwork prepared, at::ScalarType type);

  /// Images `[n, 3, side, side]`, float32, contiguous, on the CPU, to the outputs that were chosen. Not safe
  /// to call from two threads at once.
  [[nodiscard]] OutputFeatures run(const at::Tensor& images, std::int64_t class_tokens);

 private:
  /// Compiled for some number of requests at once, which are used again and again.
  struct Compiled {
    ov::CompiledModel network;
    std::vector<ov::InferRequest> requests;
  };
  [[nodiscard]] Compiled compiled(int at_once);
  Compiled& for_parts(std::int64_t parts);
  void compute(const at::Tensor& images, const std::vector<at::Tensor>& outputs);

  ov::Core core_;
  PreparedNetwork prepared_;
  at::ScalarType type_;
  int threads_;
  /// Made when they are first needed.
  std::optional<Compiled> together_;
  std::optional<Compiled> side_by_side_;
};

}  // namespace tagloom
