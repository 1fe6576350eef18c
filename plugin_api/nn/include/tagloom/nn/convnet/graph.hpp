#pragma once

/// A convolutional network as a list of operations, made once from its layers. LibTorch runs the list as it
/// stands (`run`), on any device; a CPU's own convolutions are planned from it (`blocked_network.hpp`). So a
/// network is described in one place, and both compute the same.

#include <tagloom/nn/convnet/layers.hpp>

#include <memory>
#include <vector>

namespace tagloom {

/// What follows a convolution or a sum, value by value.
struct Activation {
  enum class Kind { none, relu, leaky_relu, relu6, sigmoid };
  Kind kind = Kind::none;
  /// What leaky_relu multiplies by, for negative values.
  double slope = 0;
};

/// What an operation makes: its place in the list.
using GraphValue = std::size_t;

struct GraphOperation {
  enum class Kind {
    /// The network's input, `[batch, 3, height, width]`. Always the first, and no other.
    images,
    convolution,
    /// For two maps of one shape.
    add,
    /// A map by a number for each channel and image, `[batch, channels, 1, 1]`.
    multiply,
    /// Over 2 x 2 pixels, which halves the resolution.
    average,
    /// Over all pixels, `[batch, channels, 1, 1]`.
    mean,
    /// Halves the resolution by the filter (1, 2, 1) x (1, 2, 1) / 16, the map continued by its mirror image
    /// (anti-aliased downsampling; Zhang, Making Convolutional Networks Shift-Invariant Again, ICML 2019).
    blur,
    /// Every 4 x 4 pixels of the images become the 48 channels of one, in the order (row, column, colour).
    /// `pixel_unshuffle` would have the colour first.
    space_to_depth,
  };
  Kind kind = Kind::images;
  /// None for images, two for add and multiply, else one.
  std::vector<GraphValue> inputs = {};
  /// For convolution and add.
  Activation activation = {};
  /// For convolution; `norm` is null where no batch normalisation follows.
  std::shared_ptr<Convolution> convolution = {};
  std::shared_ptr<BatchNorm> norm = {};
};

/// Operations in an order in which they can be computed. Maps have even sides wherever they are halved, as
/// they have for images whose sides are multiples of 32.
class TAGLOOM_API ConvNetGraph {
 public:
  [[nodiscard]] GraphValue images();
  GraphValue convolution(GraphValue input, std::shared_ptr<Convolution> layer,
                         std::shared_ptr<BatchNorm> norm = {}, Activation activation = {});
  /// Best with the value that is computed last as `second`: then the sum costs no pass of its own.
  GraphValue add(GraphValue first, GraphValue second, Activation activation = {});
  GraphValue multiply(GraphValue map, GraphValue channels);
  GraphValue average(GraphValue map);
  GraphValue mean(GraphValue map);
  GraphValue blur(GraphValue map);
  GraphValue space_to_depth(GraphValue images);

  /// The last one makes the network's output.
  [[nodiscard]] const std::vector<GraphOperation>& operations() const { return operations_; }

 private:
  GraphValue append(GraphOperation operation);

  std::vector<GraphOperation> operations_;
};

/// Computes the network by LibTorch, in the images' type and on their device, which are the layers' as well.
TAGLOOM_API at::Tensor run(const ConvNetGraph& graph, const at::Tensor& images);

}  // namespace tagloom
