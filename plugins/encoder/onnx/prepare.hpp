#pragma once

/// A network as its ONNX file has it, made into one that takes images as tagloom has them and returns
/// features.

#include "backbone/outputs.hpp"

#include <cstdint>
#include <memory>
#include <openvino/core/model.hpp>
#include <string>
#include <vector>

namespace tagloom {

/// Where an input's or an output's channels are.
enum class ChannelsAt { front, back };

/// The input of a network.
struct NetworkInput {
  ChannelsAt channels = ChannelsAt::front;
  /// The side of its square images, and how many of them it takes at once; 0: any.
  std::int64_t side = 0;
  std::int64_t images = 0;
};

/// `layout`: nchw, nhwc, or auto, by where the file has three of something. Throws UsageError for a network
/// that does not take images alone.
[[nodiscard]] NetworkInput input_of(const ov::Model& network, const std::string& layout);

/// What is run.
struct PreparedNetwork {
  /// From `[images, 3, side, side]` to the chosen outputs, all float32; maps are `[images, height, width,
  /// channels]`. All shapes are known.
  std::shared_ptr<ov::Model> network;
  std::int64_t images = 1;
  /// Which of its outputs they are; -1: there is none.
  int pooled = -1;
  int map = -1;
};

struct Preparation {
  NetworkInput input;
  std::int64_t side = 0;
  OutputChoice choice;
};

/// Cuts off what leads to no chosen output. A network of any number of images is fixed to one. Throws
/// UsageError for outputs that are not there or no features, DataError where the file cannot be given such
/// images.
[[nodiscard]] PreparedNetwork prepared(const std::shared_ptr<ov::Model>& network, const Preparation& wanted);

}  // namespace tagloom
