#include "convnet/onednn/api.hpp"
#include "convnet/onednn/operations.hpp"

namespace tagloom::onednn {
namespace {

/// Means of windows that do not overlap.
Map append_means(Builder& plan, const Map& map, std::int64_t height, std::int64_t width) {
  const dnnl::memory::dims sizes = sizes_of(map.desc);
  const dnnl::memory::desc target({sizes[0], sizes[1], sizes[2] / height, sizes[3] / width}, plan.type(),
                                  dnnl::memory::format_tag::any);
  const auto primitive =
      average(map.desc, target, {.kernel = {height, width}, .strides = {height, width}}, attributes_of());
  const Map means = plan.make(primitive.dst_desc());
  plan.append<dnnl::pooling_forward>(primitive, {{DNNL_ARG_SRC, map}, {DNNL_ARG_DST, means}});
  return means;
}

}  // namespace

Map append_average(Builder& plan, const Map& map) {
  return append_means(plan, map, 2, 2);
}

Map append_mean(Builder& plan, const Map& map) {
  const dnnl::memory::dims sizes = sizes_of(map.desc);
  return append_means(plan, map, sizes[2], sizes[3]);
}

}  // namespace tagloom::onednn
