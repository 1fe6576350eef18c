/// The blur is a depthwise convolution that pads with zeros; what the map's mirror image adds to the first
/// row and the first column is computed anew.

#include "convnet/onednn/api.hpp"
#include "convnet/onednn/operations.hpp"

#include <ATen/Parallel.h>
#include <c10/util/BFloat16.h>

#include <array>
#include <cstdlib>

namespace tagloom::onednn {
namespace {

using dnnl::memory;

/// A layout as rows of pixels, `inner` channels to a pixel: all of them, or a block of 8 or 16.
struct Pixels {
  std::int64_t outer = 0;
  std::int64_t height = 0;
  std::int64_t width = 0;
  std::int64_t inner = 0;

  [[nodiscard]] std::int64_t at(std::int64_t map, std::int64_t row, std::int64_t column) const {
    return ((map * height + row) * width + column) * inner;
  }
};

memory::desc nhwc(const Map& map, memory::data_type type) {
  return {sizes_of(map.desc), type, memory::format_tag::nhwc};
}

/// The channels of a pixel that are neighbours; 0 for a layout that is not known here.
std::int64_t inner_channels(const Map& map, memory::data_type type) {
  const memory::dims sizes = sizes_of(map.desc);
  if (map.desc == nhwc(map, type)) return sizes[1];
  if (map.desc == memory::desc(sizes, type, memory::format_tag::nChw16c)) return 16;
  if (map.desc == memory::desc(sizes, type, memory::format_tag::nChw8c)) return 8;
  return 0;
}

Pixels pixels_of(const Map& map, memory::data_type type) {
  const memory::dims sizes = sizes_of(map.desc);
  const std::int64_t inner = inner_channels(map, type);
  return {sizes[0] * ((sizes[1] + inner - 1) / inner), sizes[2], sizes[3], inner};
}

template <class T>
void blur_pixel(const T* from, const Pixels& source, std::array<std::int64_t, 3> place, T* to) {
  constexpr std::array<float, 3> kLine = {0.25F, 0.5F, 0.25F};
  const auto [map, row, column] = place;
  for (std::int64_t channel = 0; channel < source.inner; ++channel) {
    float sum = 0;
    for (std::int64_t y = 0; y < 3; ++y)
      for (std::int64_t x = 0; x < 3; ++x)
        sum += kLine[static_cast<std::size_t>(y)] * kLine[static_cast<std::size_t>(x)] *
               static_cast<float>(
                   from[source.at(map, std::abs(2 * row + y - 1), std::abs(2 * column + x - 1)) + channel]);
    to[channel] = static_cast<T>(sum);
  }
}

template <class T>
void blur_borders(const T* from, const Pixels& source, T* to, const Pixels& target) {
  at::parallel_for(0, target.outer, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t map = begin; map < end; ++map) {
      for (std::int64_t column = 0; column < target.width; ++column)
        blur_pixel(from, source, {map, 0, column}, to + target.at(map, 0, column));
      for (std::int64_t row = 1; row < target.height; ++row)
        blur_pixel(from, source, {map, row, 0}, to + target.at(map, row, 0));
    }
  });
}

}  // namespace

Map append_blur(Builder& plan, const Map& map) {
  const auto layer = plan.weights().blur(sizes_of(map.desc)[1]);
  Map source = map;
  Map target = append_convolution(plan, source, *layer, {});
  if (inner_channels(source, plan.type()) != inner_channels(target, plan.type()) ||
      inner_channels(target, plan.type()) == 0) {
    source = plan.in_layout(source, nhwc(source, plan.type()));
    target = plan.in_layout(target, nhwc(target, plan.type()));
  }
  const Pixels from = pixels_of(source, plan.type());
  const Pixels to = pixels_of(target, plan.type());
  const auto borders = [=]<class T>(const void* read, void* written, T /*type*/) {
    blur_borders(static_cast<const T*>(read), from, static_cast<T*>(written), to);
  };
  if (plan.type() == memory::data_type::bf16)
    plan.append(source, target,
                [=](const void* read, void* written) { borders(read, written, c10::BFloat16()); });
  else
    plan.append(source, target, [=](const void* read, void* written) { borders(read, written, 0.0F); });
  return target;
}

}  // namespace tagloom::onednn
