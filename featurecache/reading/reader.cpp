#include "codec/convert.hpp"
#include "layout/cache_file.hpp"
#include "layout/pieces.hpp"
#include "reading/first_reads.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/featurecache/reader.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <unordered_map>

namespace tagloom::featurecache {
namespace {

std::span<std::byte> place_in(const at::Tensor& batch, std::int64_t position) {
  if (!batch.defined()) return {};
  const std::size_t row_bytes = batch.nbytes() / static_cast<std::size_t>(batch.size(0));
  auto* const begin = static_cast<std::byte*>(batch.data_ptr());
  return {begin + static_cast<std::size_t>(position) * row_bytes, row_bytes};
}

template <class Number>
std::span<Number> as_numbers(std::span<std::byte> place) {
  return {reinterpret_cast<Number*>(place.data()), place.size() / sizeof(Number)};
}

/// One row's place in a batch, for what is stored as numbers of a type; no place in a batch that is
/// undefined.
class Place {
 public:
  Place(const at::Tensor& batch, std::int64_t position, StoredType stored)
      : batch_(batch),
        bytes_(place_in(batch, position)),
        as_stored_(!batch.defined() ||
                   (stored != StoredType::int8 && batch.scalar_type() == type_as_stored(stored))) {}

  /// Where what is stored is read to: the place itself, or `bytes` bytes of `scratch` to be converted.
  [[nodiscard]] std::span<std::byte> room(std::size_t bytes, Scratch& scratch) const {
    return as_stored_ ? bytes_ : scratch.take(bytes);
  }

  void fill(const StoredNumbers& stored) const {
    if (as_stored_) return;
    switch (batch_.scalar_type()) {
      case at::kHalf:
        return to_float16(stored, as_numbers<std::uint16_t>(bytes_));
      case at::kBFloat16:
        return to_bfloat16(stored, as_numbers<std::uint16_t>(bytes_));
      default:
        TORCH_CHECK(batch_.scalar_type() == at::kFloat, "features are read as float16, bfloat16 or float32");
        return to_float32(stored, as_numbers<float>(bytes_));
    }
  }

 private:
  const at::Tensor& batch_;
  std::span<std::byte> bytes_;
  bool as_stored_;
};

}  // namespace

struct CacheReader::Impl {
  explicit Impl(CacheFile opened) : file(std::move(opened)), first_reads(file) {
    const auto& names = file.layout().keys.names;
    for (std::size_t row = 0; row < names.size(); ++row)
      if (!row_by_name.emplace(names[row], static_cast<std::int64_t>(row)).second)
        throw DamagedFile(fmt::format("{} has two rows of image {}; build it again", shown(file.path()),
                                      shown(names[row])));
  }

  CacheFile file;
  FirstReads first_reads;
  std::unordered_map<std::string, std::int64_t> row_by_name;
};

at::ScalarType type_as_stored(StoredType type) {
  switch (type) {
    case StoredType::bfloat16:
      return at::kBFloat16;
    case StoredType::float32:
      return at::kFloat;
    default:
      return at::kHalf;
  }
}

CacheReader::CacheReader(std::filesystem::path path) : impl_(std::make_unique<Impl>(CacheFile(path))) {}
CacheReader::CacheReader(const std::vector<std::filesystem::path>& paths)
    : impl_(std::make_unique<Impl>(paths.size() == 1 ? CacheFile(paths.front())
                                                     : CacheFile::joined(open_all(paths)))) {}
CacheReader::~CacheReader() = default;
CacheReader::CacheReader(CacheReader&&) noexcept = default;
CacheReader& CacheReader::operator=(CacheReader&&) noexcept = default;

const std::filesystem::path& CacheReader::path() const {
  return impl_->file.path();
}
const CacheInfo& CacheReader::info() const {
  return impl_->file.layout().info;
}
const std::vector<std::string>& CacheReader::names() const {
  return impl_->file.layout().keys.names;
}
const std::vector<std::string>& CacheReader::hashes() const {
  return impl_->file.layout().keys.hashes;
}

std::optional<std::int64_t> CacheReader::find_row(const std::string& name) const {
  const auto found = impl_->row_by_name.find(stored_name(name));
  return found == impl_->row_by_name.end() ? std::nullopt : std::optional(found->second);
}

std::int64_t CacheReader::row_of(const std::string& name) const {
  const auto row = find_row(name);
  if (!row)
    throw DataError(
        fmt::format("the cache {} has no features of image {}; build it from all images that are used",
                    shown(path()), shown(name)));
  return *row;
}

Features CacheReader::room(std::int64_t rows, const Form& form) const {
  const CacheInfo& about = info();
  const FeatureShape& shape = about.feature_shape;
  const auto require = [&](bool has, const char* what) {
    if (!has)
      throw DataError(fmt::format("the cache {} holds no {}; build one that does", shown(path()), what));
  };
  const auto options = at::TensorOptions().dtype(form.type).pinned_memory(form.pinned && at::hasCUDA());
  Features features;
  if (form.needs.pooled) {
    require(about.has.pooled, "pooled features");
    features.pooled = at::empty({rows, shape.channels}, options);
  }
  if (form.needs.map) {
    require(about.has.map, "feature maps");
    features.map = at::empty({rows, shape.pixels(), shape.channels}, options);
  }
  return features;
}

void CacheReader::read_into(const Features& batch, std::int64_t position, std::int64_t row,
                            RowScratch& scratch) const {
  TORCH_CHECK(row >= 0 && row < info().images, "row ", row, " is not in ", shown(path()));
  const CacheFile& file = impl_->file;
  const CacheInfo& about = info();
  const Place pooled(batch.pooled, position, about.store);
  const Place map(batch.map, position, about.store);
  const auto stored_pooled = pooled.room(pooled_bytes(about), scratch.pooled);
  const auto stored_map = map.room(map_bytes(about), scratch.map);
  if (!stored_pooled.empty()) file.read_pooled(row, stored_pooled);
  if (!stored_map.empty()) file.read_map(row, stored_map, scratch.packed);
  const RowBytes stored{.pooled = stored_pooled, .map = stored_map};
  impl_->first_reads.check(row, stored, scratch.pooled);
  // One row at a time, while the processor's cache holds it.
  pooled.fill(pooled_numbers(about, stored));
  map.fill(map_numbers(about, stored));
}

Features CacheReader::read(std::span<const std::int64_t> rows, FeatureNeeds needs) const {
  Features features =
      room(static_cast<std::int64_t>(rows.size()), {.needs = needs, .type = type_as_stored(info().store)});
  RowScratch scratch;
  for (std::size_t i = 0; i < rows.size(); ++i)
    read_into(features, static_cast<std::int64_t>(i), rows[i], scratch);
  return features;
}

void CacheReader::verify() const {
  impl_->file.verify();
}

}  // namespace tagloom::featurecache
