#include "training/feature_supply.hpp"

#include <tagloom/base/error.hpp>

#include <fmt/format.h>

namespace tagloom::training {
namespace {

/// What is left free of a GPU's memory, for the model, its optimiser and a step's activations.
constexpr std::int64_t kReserve = std::int64_t{4} << 30;

}  // namespace

FeatureSupply::FeatureSupply(const std::vector<featurecache::CacheReader>& caches,
                             featurecache::FeatureStream::Settings settings, Residency residency)
    : caches_(caches), settings_(settings) {
  const bool on_gpu = !settings.device.is_cpu();
  if (residency == Residency::no || (residency == Residency::automatic && !on_gpu)) return;
  resident_ = featurecache::ResidentFeatures::load(
      caches, {.needs = settings.needs, .device = settings.device, .type = settings.type},
      on_gpu ? kReserve : 0);
  if (!resident_ && residency == Residency::yes)
    throw UsageError(
        fmt::format("--resident yes: {} has no room for all features; leave it out.", settings.device.str()));
}

void FeatureSupply::begin(std::vector<std::vector<featurecache::SourceRow>> batches) {
  // Ends its thread before the next one starts.
  streamed_.reset();
  if (resident_)
    gathered_.emplace(resident_->batches(batches));
  else
    streamed_.emplace(caches_, std::move(batches), settings_);
}

Features FeatureSupply::next() {
  return resident_ ? gathered_->next().value() : streamed_->next().value();
}

std::string FeatureSupply::summary() const {
  if (!resident_) return {};
  return fmt::format("Features: {:.2f} GiB, resident on {}",
                     static_cast<double>(resident_->bytes()) / (1 << 30), settings_.device.str());
}

}  // namespace tagloom::training
