#include "writing/converted.hpp"

#include <tagloom/base/interrupt.hpp>
#include <tagloom/featurecache/write_cache.hpp>

#include <ATen/ATen.h>

#include <vector>

namespace tagloom::featurecache {
namespace {

std::span<float> floats_of(const at::Tensor& batch, std::int64_t row) {
  const at::Tensor one = batch[row];
  return {one.data_ptr<float>(), static_cast<std::size_t>(one.numel())};
}

/// Rows of a cache as numbers, by their place in the order of names.
class RowsInOrder {
 public:
  explicit RowsInOrder(const CacheFile& file) : file_(file), order_(name_order(file.layout().keys)) {}

  [[nodiscard]] std::vector<ImageKey> images() const {
    const RowKeys& keys = file_.layout().keys;
    std::vector<ImageKey> images;
    for (const std::size_t row : order_)
      images.push_back({.name = keys.names[row], .hash = keys.hashes[row]});
    return images;
  }

  [[nodiscard]] Features operator()(std::int64_t first, std::int64_t count) {
    const CacheInfo& info = file_.layout().info;
    const FeatureShape& shape = info.feature_shape;
    Features batch;
    if (info.has.pooled) batch.pooled = at::empty({count, shape.channels}, at::kFloat);
    if (info.has.map) batch.map = at::empty({count, shape.pixels(), shape.channels}, at::kFloat);
    for (std::int64_t i = 0; i < count; ++i) {
      throw_if_stop_requested();
      const std::size_t row = order_[static_cast<std::size_t>(first + i)];
      const RowBytes plain = file_.checked_plain_row(static_cast<std::int64_t>(row), buffer_);
      if (info.has.pooled) to_float32(pooled_numbers(info, plain), floats_of(batch.pooled, i));
      if (info.has.map) to_float32(map_numbers(info, plain), floats_of(batch.map, i));
    }
    return batch;
  }

 private:
  const CacheFile& file_;
  const std::vector<std::size_t> order_;
  CacheFile::RowBuffer buffer_;
};

}  // namespace

CacheInfo convert(const std::filesystem::path& out, const CacheFile& from, const MergeSettings& settings) {
  CacheInfo info = from.layout().info;
  info.store = *settings.store;
  RowsInOrder rows(from);
  settings.begin(info.images);
  // Rows are read twice unless they are few: half a step each time, and at the end what is missing.
  std::int64_t read = 0;
  std::int64_t steps = 0;
  const auto step_up_to = [&](std::int64_t count) {
    for (; steps < count; ++steps)
      settings.step();
  };
  CacheInfo written = write_cache(out, info, rows.images(), [&](std::int64_t first, std::int64_t count) {
    read += count;
    step_up_to(read / 2);
    return rows(first, count);
  });
  step_up_to(written.images);
  return written;
}

}  // namespace tagloom::featurecache
