#include "layout/datasets_in.hpp"

#include "codec/bitmap_filter.hpp"

#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <optional>
#include <string>

namespace tagloom::featurecache {

bool DatasetsIn::has(std::string_view name) const {
  return ok(H5Lexists(hdf5_, std::string(name).c_str(), H5P_DEFAULT)) > 0;
}

/// A link may lead to another file.
Handle DatasetsIn::open(std::string_view name) const {
  const std::optional<std::string> link = link_in(hdf5_, name);
  require(link.has_value());
  if (!link->empty()) refuse(*link, "a link to something else");
  return Handle(ok(H5Dopen2(hdf5_, std::string(name).c_str(), H5P_DEFAULT)));
}

Handle DatasetsIn::open_plain(std::string_view name) const {
  Handle found = open(name);
  const Handle creation(ok(H5Dget_create_plist(found)));
  check_plain(name, creation, H5D_CONTIGUOUS);
  return found;
}

void DatasetsIn::check_packed(std::string_view name) const {
  const Handle found = open(name);
  const Handle creation(ok(H5Dget_create_plist(found)));
  const bool ours =
      H5Pget_nfilters(creation) == 1 &&
      H5Pget_filter_by_id2(creation, kBitmapFilter, nullptr, nullptr, nullptr, 0, nullptr, nullptr) >= 0;
  if (H5Pget_layout(creation) != H5D_CHUNKED || !ours) refuse(name, "packed in another way");
}

Dimensions DatasetsIn::dimensions(hid_t dataset) const {
  const Handle space(ok(H5Dget_space(dataset)));
  const int rank = H5Sget_simple_extent_ndims(space);
  require(rank > 0 && rank <= H5S_MAX_RANK);
  Dimensions sizes(static_cast<std::size_t>(rank));
  ok(H5Sget_simple_extent_dims(space, sizes.data(), nullptr));
  return sizes;
}

std::size_t DatasetsIn::text_bytes(hid_t type) const {
  require(H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0);
  const std::size_t bytes = H5Tget_size(type);
  require(bytes > 0);
  return bytes;
}

std::uint64_t DatasetsIn::begin_of(hid_t dataset, const Pieces& pieces) const {
  const haddr_t begin = H5Dget_offset(dataset);
  require(begin != HADDR_UNDEF && pieces.count <= pieces.end / pieces.bytes &&
          is_inside(begin, pieces.count * pieces.bytes, pieces.end));
  return begin;
}

std::vector<std::uint64_t> DatasetsIn::offsets(std::string_view name, const Dimensions& shape,
                                               const Pieces& pieces) const {
  const Handle found = open(name);
  const Handle creation(ok(H5Dget_create_plist(found)));
  const bool chunked = H5Pget_layout(creation) == H5D_CHUNKED;
  check_plain(name, creation, chunked ? H5D_CHUNKED : H5D_CONTIGUOUS);
  require(dimensions(found) == shape);
  if (chunked) {
    Dimensions chunk = shape;
    chunk.front() = 1;
    Dimensions stored(chunk.size());
    const int rank = static_cast<int>(chunk.size());
    require(H5Pget_chunk(creation, rank, stored.data()) == rank && stored == chunk);
    return chunks(found, chunk, pieces);
  }
  const std::uint64_t begin = begin_of(found, pieces);
  std::vector<std::uint64_t> offsets(pieces.count);
  for (std::uint64_t i = 0; i < pieces.count; ++i)
    offsets[i] = begin + i * pieces.bytes;
  return offsets;
}

void DatasetsIn::refuse(std::string_view name, std::string_view how) const {
  throw DamagedFile(fmt::format(
      "{} in {} is {}, which a feature cache never has; give a file that `tagloom cache build` wrote", name,
      shown(file_.path()), how));
}

void DatasetsIn::check_plain(std::string_view name, hid_t creation, H5D_layout_t layout) const {
  if (H5Pget_external_count(creation) != 0) refuse(name, "kept in other files");
  if (H5Pget_nfilters(creation) != 0) refuse(name, "compressed");
  if (H5Pget_layout(creation) != layout) refuse(name, "stored in pieces or made of other datasets");
}

std::vector<std::uint64_t> DatasetsIn::chunks(hid_t dataset, const Dimensions& chunk,
                                              const Pieces& pieces) const {
  require(pieces.count <= pieces.end / pieces.bytes);
  std::vector<std::uint64_t> offsets(pieces.count);
  Dimensions position(chunk.size());
  for (std::uint64_t& offset : offsets) {
    // HDF5 1.10 looks at all chunks to find one.
    throw_if_stop_requested();
    unsigned skipped_filters = 0;
    haddr_t begin = HADDR_UNDEF;
    hsize_t stored = 0;
    ok(H5Dget_chunk_info_by_coord(dataset, position.data(), &skipped_filters, &begin, &stored));
    require(begin != HADDR_UNDEF && stored == pieces.bytes && is_inside(begin, pieces.bytes, pieces.end));
    offset = begin;
    ++position.front();
  }
  return offsets;
}

}  // namespace tagloom::featurecache
