#include "reading/read_rows.hpp"

#include <tagloom/base/interrupt.hpp>
#include <tagloom/featurecache/resident.hpp>

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

namespace tagloom::featurecache {
namespace {

/// Large enough for the disk and the bus, small enough to be page-locked three times.
constexpr std::int64_t kBatch = 64;

std::vector<std::vector<SourceRow>> all_rows(const std::vector<CacheReader>& caches) {
  std::vector<std::vector<SourceRow>> batches;
  for (std::size_t source = 0; source < caches.size(); ++source) {
    const std::int64_t images = caches[source].info().images;
    for (std::int64_t row = 0; row < images; ++row) {
      if (row % kBatch == 0) batches.emplace_back();
      batches.back().push_back({.source = source, .row = row});
    }
  }
  return batches;
}

/// What is needed of so many rows.
struct Needed {
  std::int64_t rows = 0;
  FeatureShape shape;
  FeatureNeeds needs;
};

/// Room for that; nothing if there is less than that and `reserve`.
std::optional<Features> room(const Needed& needed, const at::TensorOptions& options, std::int64_t reserve) {
  const auto& [rows, shape, needs] = needed;
  try {
    const at::Tensor reserved = at::empty({reserve}, options.dtype(at::kByte));
    Features features;
    if (needs.pooled) features.pooled = at::empty({rows, shape.channels}, options);
    if (needs.map) features.map = at::empty({rows, shape.pixels(), shape.channels}, options);
    return features;
  } catch (const c10::OutOfMemoryError&) {
    return std::nullopt;
  }
}

template <typename Action>
void for_each_pair(const Features& one, const Features& other, const Action& action) {
  if (one.pooled.defined()) action(one.pooled, other.pooled);
  if (one.map.defined()) action(one.map, other.map);
}

}  // namespace

std::optional<ResidentFeatures> ResidentFeatures::load(const std::vector<CacheReader>& caches,
                                                       Settings settings, std::int64_t reserve) {
  ResidentFeatures resident;
  resident.settings_ = settings;
  std::int64_t rows = 0;
  for (const CacheReader& cache : caches) {
    resident.first_rows_.push_back(rows);
    rows += cache.info().images;
  }
  const at::ScalarType type = type_as_stored(pointers_to(caches));
  auto features = room({rows, caches.front().info().feature_shape, settings.needs},
                       at::TensorOptions(settings.device).dtype(type), reserve);
  if (!features) return std::nullopt;
  resident.features_ = std::move(*features);
  FeatureStream stream(caches, all_rows(caches),
                       {.needs = settings.needs, .device = settings.device, .type = type});
  std::int64_t position = 0;
  while (const auto batch = stream.next()) {
    throw_if_stop_requested();
    for_each_pair(resident.features_, *batch, [&](const at::Tensor& all, const at::Tensor& some) {
      all.narrow(0, position, some.size(0)).copy_(some);
    });
    position += batch->batch();
  }
  return resident;
}

std::int64_t ResidentFeatures::bytes() const {
  std::int64_t bytes = 0;
  for (const at::Tensor& tensor : {features_.pooled, features_.map})
    if (tensor.defined()) bytes += static_cast<std::int64_t>(tensor.nbytes());
  return bytes;
}

ResidentFeatures::Batches::Batches(const ResidentFeatures& from,
                                   const std::vector<std::vector<SourceRow>>& batches)
    : from_(&from) {
  std::vector<std::int64_t> rows;
  for (const auto& batch : batches) {
    sizes_.push_back(static_cast<std::int64_t>(batch.size()));
    for (const SourceRow& row : batch)
      rows.push_back(from.first_rows_[row.source] + row.row);
  }
  rows_ = at::tensor(rows, at::kLong).to(from.settings_.device);
}

std::optional<Features> ResidentFeatures::Batches::next() {
  if (batch_ == sizes_.size()) return std::nullopt;
  const std::int64_t size = sizes_[batch_++];
  const at::Tensor rows = rows_.narrow(0, position_, size);
  position_ += size;
  return from_->features_.select(rows).to(from_->settings_.device, from_->settings_.type);
}

}  // namespace tagloom::featurecache
