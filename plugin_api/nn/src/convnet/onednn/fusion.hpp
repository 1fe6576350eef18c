#pragma once

/// Which operations of a network are computed within another one.

#include <tagloom/nn/convnet/graph.hpp>

#include <optional>
#include <vector>

namespace tagloom::onednn {

class Fusion {
 public:
  explicit Fusion(const ConvNetGraph& graph);

  /// The sum that the operation, a convolution or a product, computes as well: when it is the last to be
  /// known of what is added, has no activation of its own, and nobody else reads it.
  [[nodiscard]] std::optional<GraphValue> sum_of(GraphValue operation) const { return sums_[operation]; }
  /// Whether anybody but `reader` reads the value after the operation `now`.
  [[nodiscard]] bool is_read_later(GraphValue value, GraphValue now, GraphValue reader) const;

 private:
  [[nodiscard]] bool computes_sums(const GraphOperation& operation) const;

  std::vector<std::vector<GraphValue>> readers_;
  std::vector<std::optional<GraphValue>> sums_;
};

}  // namespace tagloom::onednn
