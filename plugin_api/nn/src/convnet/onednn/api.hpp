#pragma once

/// What oneDNN 2 and 3 spell differently.

#include <oneapi/dnnl/dnnl.hpp>

namespace tagloom::onednn {

struct Window {
  dnnl::memory::dims kernel;
  dnnl::memory::dims strides;
  dnnl::memory::dims padding_before = {0, 0};
  dnnl::memory::dims padding_after = {0, 0};
};

struct ConvolutionMemory {
  dnnl::memory::desc source;
  dnnl::memory::desc weights;
  dnnl::memory::desc bias;
  dnnl::memory::desc target;
};

dnnl::memory::dims sizes_of(const dnnl::memory::desc& desc);

/// Memory that a primitive works in is the plan's, which any thread may run: oneDNN's own would be that of
/// the thread that made the primitive.
dnnl::primitive_attr attributes_of(const dnnl::post_ops& operations = {});

/// The one engine of the process: a CPU, whose threads are OpenMP's.
const dnnl::engine& engine();

dnnl::convolution_forward::primitive_desc convolution(const ConvolutionMemory& memory, const Window& window,
                                                      const dnnl::primitive_attr& attributes);

dnnl::pooling_forward::primitive_desc average(const dnnl::memory::desc& source,
                                              const dnnl::memory::desc& target, const Window& window,
                                              const dnnl::primitive_attr& attributes);

/// From two maps to one that lies as the first.
dnnl::binary::primitive_desc binary(dnnl::algorithm algorithm, const dnnl::memory::desc& first,
                                    const dnnl::memory::desc& second, const dnnl::primitive_attr& attributes);

void append_eltwise(dnnl::post_ops& operations, dnnl::algorithm algorithm, float alpha, float beta);

}  // namespace tagloom::onednn
