#include "images/resize.hpp"

#include <algorithm>
#include <cmath>

namespace tagloom::datasets {
namespace {

constexpr std::size_t kColors = 3;

/// One row of pixels to three rows of `columns` numbers each, one a colour.
void resize_row(std::span<const std::uint8_t> pixels, const Taps& taps, std::span<float> result) {
  const std::size_t columns = taps.first.size();
  for (std::size_t x = 0; x < columns; ++x) {
    const std::uint8_t* pixel = pixels.data() + taps.first[x] * kColors;
    float red = 0;
    float green = 0;
    float blue = 0;
    for (const float weight : taps.of(x)) {
      red += weight * static_cast<float>(pixel[0]);
      green += weight * static_cast<float>(pixel[1]);
      blue += weight * static_cast<float>(pixel[2]);
      pixel += kColors;
    }
    result[x] = red;
    result[columns + x] = green;
    result[2 * columns + x] = blue;
  }
}

void add_scaled(std::span<const float> row, float weight, std::span<float> sum) {
  for (std::size_t x = 0; x < sum.size(); ++x)
    sum[x] += weight * row[x];
}

}  // namespace

Taps bilinear_taps(const ResizedAxis& axis) {
  const double scale = static_cast<double>(axis.from) / static_cast<double>(axis.to);
  // The triangle is as wide as an output pixel where the image shrinks, and as an input pixel where it grows.
  const double reach = std::max(scale, 1.0);
  const auto length = static_cast<std::size_t>(axis.length);
  Taps taps;
  taps.count =
      std::min(static_cast<std::size_t>(axis.from), static_cast<std::size_t>(std::ceil(2 * reach)) + 1);
  taps.first.resize(length);
  taps.weights.resize(length * taps.count);
  for (std::size_t i = 0; i < length; ++i) {
    const double center = (static_cast<double>(axis.begin) + static_cast<double>(i) + 0.5) * scale;
    const auto wanted = static_cast<std::int64_t>(std::floor(center - reach + 0.5));
    const auto last_start = axis.from - static_cast<std::int64_t>(taps.count);
    const std::int64_t first = std::clamp<std::int64_t>(wanted, 0, last_start);
    const std::span weights = std::span(taps.weights).subspan(i * taps.count, taps.count);
    double sum = 0;
    for (std::size_t k = 0; k < taps.count; ++k) {
      const double distance = std::abs(static_cast<double>(first) + static_cast<double>(k) + 0.5 - center);
      const double weight = std::max(0.0, 1.0 - distance / reach);
      weights[k] = static_cast<float>(weight);
      sum += weight;
    }
    // At the border part of the triangle is outside; what is inside then counts for all.
    for (float& weight : weights)
      weight = static_cast<float>(weight / sum);
    taps.first[i] = static_cast<std::size_t>(first);
  }
  return taps;
}

/// Columns first, as Pillow does; each output row is then a weighted sum of a few rows. Only those few are
/// kept, since a picture may be a million rows high.
void resize(std::span<const std::uint8_t> pixels, const ResizedAxis& rows, const ResizedAxis& columns,
            std::span<float> result) {
  const Taps across = bilinear_taps(columns);
  const Taps down = bilinear_taps(rows);
  const std::size_t input_width = static_cast<std::size_t>(columns.from) * kColors;
  const std::size_t width = across.first.size();
  const std::size_t height = down.first.size();

  std::vector<float> narrow(down.count * kColors * width);
  const auto narrow_row = [&](std::size_t y) {
    return std::span(narrow).subspan(y % down.count * kColors * width, kColors * width);
  };
  std::size_t next = 0;

  std::ranges::fill(result, 0.0F);
  for (std::size_t y = 0; y < height; ++y) {
    const auto weights = down.of(y);
    for (next = std::max(next, down.first[y]); next < down.first[y] + down.count; ++next)
      resize_row(pixels.subspan(next * input_width, input_width), across, narrow_row(next));
    for (std::size_t k = 0; k < weights.size(); ++k) {
      if (weights[k] == 0) continue;
      const auto row = narrow_row(down.first[y] + k);
      for (std::size_t color = 0; color < kColors; ++color)
        add_scaled(row.subspan(color * width, width), weights[k],
                   result.subspan((color * height + y) * width, width));
    }
  }
}

}  // namespace tagloom::datasets
