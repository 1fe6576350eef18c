#pragma once

/// A convolutional network on a CPU by oneDNN itself: maps stay in the layouts that its convolutions want,
/// activations and sums are computed inside the convolutions, weights are brought into place once, and the
/// memory of all maps is planned once for a size of images. LibTorch, which has oneDNN too, does none of
/// that.
///
/// Results agree with `run` (graph.hpp) to rounding: sums are in another order.

#include <tagloom/nn/convnet/graph.hpp>

#include <c10/core/ScalarType.h>

#include <cstdint>
#include <memory>
#include <string>

namespace tagloom {

class TAGLOOM_API BlockedNetwork {
 public:
  /// Each thread computes an image of its own while there is one for each; fewer than that are computed by
  /// all threads together, so many at a time at most. So the memory of maps is bounded whatever the batch.
  static constexpr std::int64_t kImagesAtOnce = 8;
  /// The sizes of images, and of batches below one image a thread, for which maps are kept; the oldest is
  /// forgotten.
  static constexpr std::size_t kPlans = 2;

  BlockedNetwork() = default;
  BlockedNetwork(const BlockedNetwork&) = delete;
  BlockedNetwork& operator=(const BlockedNetwork&) = delete;
  virtual ~BlockedNetwork() = default;

  /// Images `[batch, 3, height, width]` in float32, sides multiples of 32, to the last map
  /// `[batch, channels, rows, columns]` in float32, channels-last. One call at a time is computed; others
  /// wait.
  virtual at::Tensor forward(const at::Tensor& images) = 0;
  /// That of weights in oneDNN's layouts and of the maps of all plans.
  [[nodiscard]] virtual std::size_t bytes() const = 0;
};

/// The network in float32 or bfloat16. Its batch normalisations must be folded; its weights are read when the
/// first images come, and may not change afterwards. Null where LibTorch has to compute: for a graph without
/// operations, in a build without oneDNN, and in bfloat16 on a processor without AVX-512.
TAGLOOM_API std::unique_ptr<BlockedNetwork> blocked_network(const ConvNetGraph& graph, at::ScalarType type);

/// For people: "oneDNN 2.6.3", or why not.
[[nodiscard]] TAGLOOM_API std::string convolutions_by();

}  // namespace tagloom
