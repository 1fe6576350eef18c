#include "convnet/onednn/crew.hpp"

#include <tagloom/nn/convnet/blocked_network.hpp>

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <omp.h>

namespace tagloom::onednn {
namespace {

/// How many threads oneDNN takes into account when it makes a primitive.
class ThreadsOfPrimitives {
 public:
  explicit ThreadsOfPrimitives(int threads) : before_(omp_get_max_threads()) { omp_set_num_threads(threads); }
  ~ThreadsOfPrimitives() { omp_set_num_threads(before_); }
  ThreadsOfPrimitives(const ThreadsOfPrimitives&) = delete;
  ThreadsOfPrimitives& operator=(const ThreadsOfPrimitives&) = delete;

 private:
  int before_;
};

std::int64_t numbers_an_image(const dnnl::memory::dims& sizes) {
  return sizes[1] * sizes[2] * sizes[3];
}

}  // namespace

CrewKey crew_for(std::int64_t images, std::int64_t height, std::int64_t width, int threads) {
  if (images >= threads)
    return {.plans = threads, .plan = {.images = 1, .height = height, .width = width, .threads = 1}};
  return {.plans = 1,
          .plan = {.images = std::min(images, BlockedNetwork::kImagesAtOnce),
                   .height = height,
                   .width = width,
                   .threads = threads}};
}

Crew::Crew(const ConvNetGraph& graph, const CrewKey& key, dnnl::memory::data_type type, Weights& weights)
    : key_(key) {
  const ThreadsOfPrimitives threads(key.plan.threads);
  for (std::int64_t i = 0; i < key.plans; ++i)
    plans_.emplace_back(graph, key.plan, type, weights);
}

void Crew::run(std::int64_t images, const float* from, float* map) {
  const std::int64_t at_once = key_.plan.images;
  TORCH_CHECK(images % at_once == 0, "a plan for ", at_once, " images at a time cannot compute ", images);
  const std::int64_t image_numbers = 3 * key_.plan.height * key_.plan.width;
  const std::int64_t map_numbers = numbers_an_image(map_sizes());
  std::atomic<std::int64_t> next = 0;
  const auto work = [&](Plan& plan) {
    for (std::int64_t i = next.fetch_add(at_once); i < images; i = next.fetch_add(at_once))
      plan.run(from + i * image_numbers, map + i * map_numbers);
  };
  if (key_.plans == 1) return work(plans_.front());
  at::parallel_for(0, key_.plans, 1, [&](std::int64_t begin, std::int64_t end) {
    for (auto plan = std::next(plans_.begin(), begin); plan != std::next(plans_.begin(), end); ++plan)
      work(*plan);
  });
}

std::size_t Crew::bytes() const {
  std::size_t sum = 0;
  for (const Plan& plan : plans_)
    sum += plan.bytes();
  return sum;
}

}  // namespace tagloom::onednn
