#pragma once

/// A network for one size of images and batch: its steps in their order, and the memory that they compute in.

#include "convnet/onednn/arena.hpp"
#include "convnet/onednn/builder.hpp"

#include <tagloom/nn/convnet/graph.hpp>

#include <compare>
#include <cstdint>
#include <vector>

namespace tagloom::onednn {

/// What a plan was made for. Threads, since oneDNN divides work among those that there are.
struct PlanKey {
  std::int64_t images = 0;
  std::int64_t height = 0;
  std::int64_t width = 0;
  int threads = 1;
  auto operator<=>(const PlanKey&) const = default;
};

class Plan {
 public:
  Plan(const ConvNetGraph& graph, const PlanKey& key, dnnl::memory::data_type type, Weights& weights);

  /// Images `[images, 3, height, width]` to the last map, `[images, rows, columns, channels]`. Both float32
  /// and contiguous.
  void run(const float* images, float* map);
  /// `[images, channels, rows, columns]`.
  [[nodiscard]] const dnnl::memory::dims& map_sizes() const { return map_sizes_; }
  [[nodiscard]] const PlanKey& key() const { return key_; }
  [[nodiscard]] std::size_t bytes() const { return arena_.bytes(); }

 private:
  PlanKey key_;
  std::vector<Step> steps_;
  Arena arena_;
  Arena::Buffer images_ = 0;
  Arena::Buffer map_ = 0;
  dnnl::memory::dims map_sizes_;
};

}  // namespace tagloom::onednn
