#include "convnet/onednn/api.hpp"

namespace tagloom::onednn {

const dnnl::engine& engine() {
  static const dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
  return cpu;
}

namespace {
constexpr auto kInference = dnnl::prop_kind::forward_inference;
constexpr auto kDirect = dnnl::algorithm::convolution_direct;
constexpr auto kMeanOfPixels = dnnl::algorithm::pooling_avg_exclude_padding;
}  // namespace

#if DNNL_VERSION_MAJOR < 3

dnnl::memory::dims sizes_of(const dnnl::memory::desc& desc) {
  return desc.dims();
}

dnnl::convolution_forward::primitive_desc convolution(const ConvolutionMemory& memory, const Window& window,
                                                      const dnnl::primitive_attr& attributes) {
  return {{kInference, kDirect, memory.source, memory.weights, memory.bias, memory.target, window.strides,
           window.padding_before, window.padding_after},
          attributes,
          engine()};
}

dnnl::pooling_forward::primitive_desc average(const dnnl::memory::desc& source,
                                              const dnnl::memory::desc& target, const Window& window,
                                              const dnnl::primitive_attr& attributes) {
  return {{kInference, kMeanOfPixels, source, target, window.strides, window.kernel, window.padding_before,
           window.padding_after},
          attributes,
          engine()};
}

dnnl::binary::primitive_desc binary(dnnl::algorithm algorithm, const dnnl::memory::desc& first,
                                    const dnnl::memory::desc& second,
                                    const dnnl::primitive_attr& attributes) {
  return {{algorithm, first, second, first}, attributes, engine()};
}

void append_eltwise(dnnl::post_ops& operations, dnnl::algorithm algorithm, float alpha, float beta) {
  operations.append_eltwise(/*scale=*/1, algorithm, alpha, beta);
}

#else

dnnl::memory::dims sizes_of(const dnnl::memory::desc& desc) {
  return desc.get_dims();
}

dnnl::convolution_forward::primitive_desc convolution(const ConvolutionMemory& memory, const Window& window,
                                                      const dnnl::primitive_attr& attributes) {
  return {engine(),    kInference,    kDirect,        memory.source,         memory.weights,
          memory.bias, memory.target, window.strides, window.padding_before, window.padding_after,
          attributes};
}

dnnl::pooling_forward::primitive_desc average(const dnnl::memory::desc& source,
                                              const dnnl::memory::desc& target, const Window& window,
                                              const dnnl::primitive_attr& attributes) {
  return {engine(),
          kInference,
          kMeanOfPixels,
          source,
          target,
          window.strides,
          window.kernel,
          /*dilation=*/{0, 0},
          window.padding_before,
          window.padding_after,
          attributes};
}

dnnl::binary::primitive_desc binary(dnnl::algorithm algorithm, const dnnl::memory::desc& first,
                                    const dnnl::memory::desc& second,
                                    const dnnl::primitive_attr& attributes) {
  return {engine(), algorithm, first, second, first, attributes};
}

void append_eltwise(dnnl::post_ops& operations, dnnl::algorithm algorithm, float alpha, float beta) {
  operations.append_eltwise(algorithm, alpha, beta);
}

#endif

dnnl::primitive_attr attributes_of(const dnnl::post_ops& operations) {
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  attributes.set_post_ops(operations);
  return attributes;
}

}  // namespace tagloom::onednn
