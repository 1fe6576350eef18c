#include "convnet/onednn/api.hpp"
#include "convnet/onednn/crew.hpp"

#include <tagloom/nn/convnet/blocked_network.hpp>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <list>
#include <mutex>

namespace tagloom {
namespace onednn {
namespace {

using dnnl::memory;

/// Another library of the process may bring a oneDNN of its own, whose functions have the same names.
bool is_the_one_of_our_headers() {
  return dnnl_version()->major == DNNL_VERSION_MAJOR && dnnl_version()->minor == DNNL_VERSION_MINOR;
}

bool has_avx512() {
  constexpr auto kWanted = static_cast<unsigned>(dnnl::cpu_isa::avx512_core);
  return (static_cast<unsigned>(dnnl::get_effective_cpu_isa()) & kWanted) == kWanted;
}

class Network : public BlockedNetwork {
 public:
  Network(const ConvNetGraph& graph, memory::data_type type) : graph_(graph), type_(type) {}

  at::Tensor forward(const at::Tensor& images) override {
    const std::lock_guard lock(mutex_);
    const at::Tensor input = images.to(at::kFloat).contiguous();
    const std::int64_t batch = input.size(0);
    const int threads = at::get_num_threads();
    at::Tensor output;
    for (std::int64_t first = 0, count = 0; first < batch; first += count) {
      Crew& crew = crew_of(crew_for(batch - first, input.size(2), input.size(3), threads));
      count = crew.key().plans > 1 ? batch : crew.key().plan.images;
      const memory::dims& sizes = crew.map_sizes();
      if (!output.defined())
        output = at::empty({batch, sizes[1], sizes[2], sizes[3]},
                           input.options().memory_format(at::MemoryFormat::ChannelsLast));
      crew.run(count, input[first].data_ptr<float>(), output[first].data_ptr<float>());
    }
    return output;
  }

  [[nodiscard]] std::size_t bytes() const override {
    const std::lock_guard lock(mutex_);
    std::size_t sum = weights_.bytes();
    for (const Crew& crew : crews_)
      sum += crew.bytes();
    return sum;
  }

 private:
  /// The latest is in front.
  Crew& crew_of(const CrewKey& key) {
    const auto found = std::ranges::find(crews_, key, &Crew::key);
    if (found != crews_.end()) {
      crews_.splice(crews_.begin(), crews_, found);
      return crews_.front();
    }
    // Before the new one is made: so there is never more memory than of so many.
    while (crews_.size() >= kPlans)
      crews_.pop_back();
    return crews_.emplace_front(graph_, key, type_, weights_);
  }

  ConvNetGraph graph_;
  memory::data_type type_;
  mutable std::mutex mutex_;
  Weights weights_;
  std::list<Crew> crews_;
};

}  // namespace
}  // namespace onednn

std::unique_ptr<BlockedNetwork> blocked_network(const ConvNetGraph& graph, at::ScalarType type) {
  if (graph.operations().empty() || !onednn::is_the_one_of_our_headers()) return nullptr;
  if (type == at::kFloat) return std::make_unique<onednn::Network>(graph, dnnl::memory::data_type::f32);
  if (type == at::kBFloat16 && onednn::has_avx512())
    return std::make_unique<onednn::Network>(graph, dnnl::memory::data_type::bf16);
  return nullptr;
}

std::string convolutions_by() {
  const dnnl_version_t& version = *dnnl_version();
  const std::string name = fmt::format("{}.{}.{}", version.major, version.minor, version.patch);
  if (onednn::is_the_one_of_our_headers()) return "oneDNN " + name;
  return fmt::format("LibTorch (oneDNN {} is in the process, built for {}.{})", name, DNNL_VERSION_MAJOR,
                     DNNL_VERSION_MINOR);
}

}  // namespace tagloom
