#include <tagloom/batch_sizes.hpp>

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>

namespace tagloom {
namespace {

bool all_taken(const BatchSizes& sizes, std::int64_t batch, std::int64_t steps) {
  return static_cast<std::int64_t>(sizes.size()) == steps &&
         std::ranges::all_of(sizes, [batch](std::int64_t size) { return size == batch; });
}

/// The positions of the rows that are taken among those of `[steps * batch, ...]`.
at::Tensor positions(const BatchSizes& sizes, std::int64_t batch, at::Device device) {
  std::vector<std::int64_t> rows;
  for (std::size_t t = 0; t < sizes.size(); ++t) {
    for (std::int64_t i = 0; i < sizes[t]; ++i)
      rows.push_back(static_cast<std::int64_t>(t) * batch + i);
  }
  return at::tensor(rows, at::kLong).to(device);
}

}  // namespace

BatchSizes every_step(std::int64_t batch, std::int64_t steps) {
  return BatchSizes(static_cast<std::size_t>(steps), batch);
}

at::Tensor pack_steps(const at::Tensor& padded, const BatchSizes& sizes) {
  const std::int64_t batch = padded.size(1);
  const at::Tensor rows = padded.flatten(0, 1);
  if (all_taken(sizes, batch, padded.size(0))) return rows;
  return rows.index_select(0, positions(sizes, batch, rows.device()));
}

at::Tensor pad_steps(const at::Tensor& packed, const BatchSizes& sizes, std::int64_t batch,
                     std::int64_t steps) {
  TORCH_CHECK(std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0}) == packed.size(0), "batch sizes ",
              sizes, " do not fit ", packed.size(0), " rows");
  at::Tensor rows = packed;
  if (!all_taken(sizes, batch, steps))
    rows = at::zeros({steps * batch, packed.size(1)}, packed.options())
               .index_copy(0, positions(sizes, batch, packed.device()), packed);
  return rows.view({steps, batch, -1}).transpose(0, 1);
}

}  // namespace tagloom
