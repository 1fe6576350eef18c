#pragma once

/// The weights of a network's convolutions in the layouts that oneDNN's primitives ask for, each made once
/// and shared by all plans.

#include <tagloom/nn/convnet/layers.hpp>

#include <map>
#include <memory>
#include <oneapi/dnnl/dnnl.hpp>
#include <utility>
#include <vector>

namespace tagloom::onednn {

/// `[out, in, kernel, kernel]`, or with the groups in front where there are several.
dnnl::memory::dims weight_sizes(const Convolution::Shape& shape);

class Weights {
 public:
  dnnl::memory filters(const Convolution& layer, const dnnl::memory::desc& wanted);
  /// In float32; zeros for a layer without one.
  dnnl::memory bias(const Convolution& layer);
  /// The depthwise filter of GraphOperation::Kind::blur, without the mirror image.
  std::shared_ptr<const Convolution> blur(std::int64_t channels);
  [[nodiscard]] std::size_t bytes() const;

 private:
  std::map<const Convolution*, std::vector<dnnl::memory>> filters_;
  std::map<const Convolution*, dnnl::memory> biases_;
  std::map<std::int64_t, std::shared_ptr<const Convolution>> blurs_;
};

}  // namespace tagloom::onednn
