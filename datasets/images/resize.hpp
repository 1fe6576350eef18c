#pragma once

/// Bilinear resizing of decoded images, antialiased in a direction that shrinks: what Pillow and torchvision
/// do, in floating point throughout.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tagloom::datasets {

/// A stretch of one resized axis: `length` outputs from `begin` on, of an axis that goes from `from` to `to`
/// pixels.
struct ResizedAxis {
  std::int64_t from = 0;
  std::int64_t to = 0;
  std::int64_t begin = 0;
  std::int64_t length = 0;
};

/// For each output pixel of an axis, the first input pixel it reads and the weights of that one and those
/// after it. Every output has the same number of weights, some of them zero.
struct Taps {
  std::size_t count = 0;
  std::vector<std::size_t> first;
  std::vector<float> weights;

  [[nodiscard]] std::span<const float> of(std::size_t output) const {
    return std::span(weights).subspan(output * count, count);
  }
};

[[nodiscard]] Taps bilinear_taps(const ResizedAxis& axis);

/// Pixels `[height, width, 3]` to planes `[3, rows, columns]` in `result`, in the pixels' own scale of 0 to
/// 255.
void resize(std::span<const std::uint8_t> pixels, const ResizedAxis& rows, const ResizedAxis& columns,
            std::span<float> result);

}  // namespace tagloom::datasets
