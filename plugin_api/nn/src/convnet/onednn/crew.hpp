#pragma once

/// Plans for one size of images that compute side by side, each on its share of the threads.
///
/// With an image for each thread, each computes images of its own: no thread waits for another within the
/// network, and the maps of one image are soon read again, from a cache. Fewer images are computed by all
/// threads together.

#include "convnet/onednn/plan.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <list>

namespace tagloom::onednn {

struct CrewKey {
  std::int64_t plans = 1;
  PlanKey plan;
  auto operator<=>(const CrewKey&) const = default;
};

/// For the first of `images` images of that size, on so many threads.
CrewKey crew_for(std::int64_t images, std::int64_t height, std::int64_t width, int threads);

class Crew {
 public:
  Crew(const ConvNetGraph& graph, const CrewKey& key, dnnl::memory::data_type type, Weights& weights);

  /// As Plan::run, of `images` images: any number where there are several plans, else the key's.
  void run(std::int64_t images, const float* from, float* map);
  [[nodiscard]] const CrewKey& key() const { return key_; }
  [[nodiscard]] const dnnl::memory::dims& map_sizes() const { return plans_.front().map_sizes(); }
  [[nodiscard]] std::size_t bytes() const;

 private:
  CrewKey key_;
  std::list<Plan> plans_;
};

}  // namespace tagloom::onednn
