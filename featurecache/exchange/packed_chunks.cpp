#include "exchange/packed_chunks.hpp"

#include "hdf5/hdf5.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <utility>

namespace tagloom::featurecache {
namespace {

/// A chunk may hold many rows, and many chunks a row: they are unpacked once for all that is read of them.
constexpr std::size_t kMostKeptBytes = std::size_t{64} << 20;

/// A header may claim any number: Deflate makes no more of a byte.
constexpr std::size_t kMostUnpacked = 1032;

std::vector<H5Z_filter_t> filters_of(hid_t creation) {
  std::vector<H5Z_filter_t> filters;
  const int count = H5Pget_nfilters(creation);
  for (int i = 0; i < count; ++i) {
    unsigned flags = 0;
    std::size_t no_values = 0;
    filters.push_back(
        H5Pget_filter2(creation, static_cast<unsigned>(i), &flags, &no_values, nullptr, 0, nullptr, nullptr));
  }
  return filters;
}

/// The product, or nothing if it is no number of bytes that a file could hold.
std::optional<std::size_t> product(const std::vector<std::int64_t>& sizes, std::size_t bytes) {
  constexpr std::size_t kMostBytes = std::size_t{1} << 32;
  for (const std::int64_t size : sizes) {
    if (size < 1 || bytes == 0 || static_cast<std::size_t>(size) > kMostBytes / bytes) return std::nullopt;
    bytes *= static_cast<std::size_t>(size);
  }
  return bytes;
}

/// HDF5 1.10 crashes when it is asked which value, in some damaged files.
bool fills_with_zeros(hid_t creation) {
  H5D_fill_value_t value = H5D_FILL_VALUE_ERROR;
  return H5Pfill_value_defined(creation, &value) >= 0 && value == H5D_FILL_VALUE_DEFAULT;
}

}  // namespace

std::optional<PackedChunks> PackedChunks::of(hid_t dataset, std::uint64_t file_bytes) {
  const Handle creation(H5Dget_create_plist(dataset));
  if (H5Pget_layout(creation) != H5D_CHUNKED) return std::nullopt;
  const Handle type(H5Dget_type(dataset));
  const Handle space(H5Dget_space(dataset));
  const int dimensions = H5Sget_simple_extent_ndims(space);
  if (dimensions < 1 || H5Pget_chunk(creation, 0, nullptr) != dimensions) return std::nullopt;
  std::vector<hsize_t> sizes(static_cast<std::size_t>(dimensions));
  std::vector<hsize_t> chunk_sizes(sizes.size());
  H5Sget_simple_extent_dims(space, sizes.data(), nullptr);
  if (H5Pget_chunk(creation, dimensions, chunk_sizes.data()) != dimensions) return std::nullopt;

  PackedChunks chunks;
  chunks.dataset_ = dataset;
  chunks.file_bytes_ = file_bytes;
  chunks.sizes_.assign(sizes.begin(), sizes.end());
  chunks.chunk_sizes_.assign(chunk_sizes.begin(), chunk_sizes.end());
  chunks.packing_ = {.filters = filters_of(creation), .element_bytes = H5Tget_size(type)};
  const std::optional<std::size_t> bytes = product(chunks.chunk_sizes_, chunks.packing_.element_bytes);
  if (!bytes || !chunks.packing_.is_known()) return std::nullopt;
  chunks.packing_.chunk_bytes = *bytes;
  chunks.fills_with_zeros_ = fills_with_zeros(creation);
  unsigned options = 0;
  H5Pget_chunk_opts(creation, &options);
  chunks.packs_whole_ones_only_ = (options & H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS) != 0;
  return chunks;
}

bool PackedChunks::read(std::int64_t first, const at::Tensor& rows) {
  const std::int64_t end = first + rows.size(0);
  Sizes begin(sizes_.size(), 0);
  begin.front() = first / chunk_sizes_.front() * chunk_sizes_.front();
  do {
    at::Tensor from = chunk(begin);
    if (!from.defined()) return false;
    at::Tensor to = rows;
    for (std::size_t d = 0; d < sizes_.size(); ++d) {
      const std::int64_t lowest = d == 0 ? std::max(first, begin[d]) : begin[d];
      const std::int64_t highest = std::min(begin[d] + chunk_sizes_[d], d == 0 ? end : sizes_[d]);
      const auto dimension = static_cast<std::int64_t>(d);
      from = from.narrow(dimension, lowest - begin[d], highest - lowest);
      to = to.narrow(dimension, d == 0 ? lowest - first : lowest, highest - lowest);
    }
    to.copy_(from);
  } while (advance(begin, end));
  return true;
}

bool PackedChunks::advance(Sizes& begin, std::int64_t end) const {
  for (std::size_t d = sizes_.size(); d-- > 0;) {
    begin[d] += chunk_sizes_[d];
    if (begin[d] < (d == 0 ? end : sizes_[d])) return true;
    begin[d] = 0;
  }
  return false;
}

at::Tensor PackedChunks::chunk(const Sizes& begin) {
  if (const auto found = kept_.find(begin); found != kept_.end()) return found->second;
  if (!kept_.empty() && (kept_.begin()->first.front() != begin.front() ||
                         (kept_.size() + 1) * packing_.chunk_bytes > kMostKeptBytes))
    kept_.clear();
  const at::Tensor made = unpacked_chunk(begin);
  kept_.emplace(begin, made);
  return made;
}

at::Tensor PackedChunks::unpacked_chunk(const Sizes& begin) const {
  const std::vector<hsize_t> place(begin.begin(), begin.end());
  Sizes shape = chunk_sizes_;
  shape.push_back(static_cast<std::int64_t>(packing_.element_bytes));
  hsize_t stored = 0;
  if (H5Dget_chunk_storage_size(dataset_, place.data(), &stored) < 0) return {};
  if (stored == 0) return fills_with_zeros_ ? at::zeros(shape, at::kByte) : at::Tensor();
  if (stored > file_bytes_ || stored * kMostUnpacked < packing_.chunk_bytes) return {};
  std::vector<std::byte> bytes(stored);
  std::uint32_t left_out = 0;
  if (H5Dread_chunk(dataset_, H5P_DEFAULT, place.data(), &left_out, bytes.data()) < 0) return {};
  if (packs_whole_ones_only_ && is_cut_off(begin)) left_out = ~0U;
  std::optional<std::vector<std::byte>> whole = unpacked(packing_, left_out, std::move(bytes));
  if (!whole) return {};
  at::Tensor made = at::empty(shape, at::kByte);
  std::ranges::copy(*whole, static_cast<std::byte*>(made.data_ptr()));
  return made;
}

bool PackedChunks::is_cut_off(const Sizes& begin) const {
  for (std::size_t d = 0; d < sizes_.size(); ++d)
    if (begin[d] + chunk_sizes_[d] > sizes_[d]) return true;
  return false;
}

}  // namespace tagloom::featurecache
