#include "images/resize.hpp"

#include <tagloom/datasets/images/preprocess.hpp>

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace tagloom::datasets {
namespace {

/// Rows and columns of the result within the resized image.
std::array<ResizedAxis, 2> axes(std::int64_t height, std::int64_t width, const Preprocessing& preprocessing) {
  const std::int64_t size = preprocessing.size;
  if (preprocessing.rule == ResizeRule::squish) {
    return {{{.from = height, .to = size, .begin = 0, .length = size},
             {.from = width, .to = size, .begin = 0, .length = size}}};
  }
  const std::int64_t shorter = std::min(height, width);
  const auto axis = [&](std::int64_t from) -> ResizedAxis {
    // Rounded down and to even, as torchvision does.
    const std::int64_t to = preprocessing.resize_to * from / shorter;
    const auto begin = static_cast<std::int64_t>(std::nearbyint(static_cast<double>(to - size) / 2));
    return {.from = from, .to = to, .begin = begin, .length = size};
  };
  return {axis(height), axis(width)};
}

/// 0..255 to (x / 255 - mean) / std, channel by channel.
void normalize(std::span<float> planes, const Preprocessing& preprocessing) {
  const std::size_t plane = planes.size() / 3;
  for (std::size_t color = 0; color < 3; ++color) {
    const float scale = 1.0F / (255.0F * preprocessing.std[color]);
    const float shift = preprocessing.mean[color] / preprocessing.std[color];
    for (float& value : planes.subspan(color * plane, plane))
      value = value * scale - shift;
  }
}

}  // namespace

at::Tensor to_input(const at::Tensor& pixels, const Preprocessing& preprocessing) {
  TORCH_CHECK(
      pixels.dim() == 3 && pixels.size(2) == 3 && pixels.scalar_type() == at::kByte && pixels.numel() > 0,
      "pixels must be [height, width, 3] in uint8");
  TORCH_CHECK(preprocessing.size > 0 &&
                  (preprocessing.rule == ResizeRule::squish || preprocessing.resize_to >= preprocessing.size),
              "an image cannot be cropped to more than it is resized to");
  const at::Tensor source = pixels.contiguous();
  const auto [rows, columns] = axes(source.size(0), source.size(1), preprocessing);
  at::Tensor input = at::empty({3, preprocessing.size, preprocessing.size}, at::kFloat);
  const std::span planes(input.data_ptr<float>(), static_cast<std::size_t>(input.numel()));
  resize({source.data_ptr<std::uint8_t>(), static_cast<std::size_t>(source.numel())}, rows, columns, planes);
  normalize(planes, preprocessing);
  return input;
}

std::int64_t sufficient_side(const Preprocessing& preprocessing) {
  const std::int64_t side =
      preprocessing.rule == ResizeRule::squish ? preprocessing.size : preprocessing.resize_to;
  return side + (side + 1) / 2;
}

}  // namespace tagloom::datasets
