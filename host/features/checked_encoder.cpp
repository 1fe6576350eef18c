#include "features/checked_encoder.hpp"

#include "registry/guarded.hpp"
#include "registry/kinds/encoder.hpp"
#include "registry/promises.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/conformance/promises/encoder.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>

namespace tagloom::features {

CheckedEncoder::CheckedEncoder(const registry::Registry& registry, const std::string& name,
                               const registry::Assignments& options, c10::Device device)
    : name_(name), device_(device), given_(options) {
  auto created = registry.create<Encoder>(name, options);
  options_ = created.options.to_text();
  encoder_ = std::move(created.component);
  registry::guarded(registry::Place("the encoder " + name_, name_), [&] {
    encoder_->to(device_);
    weights_ = encoder_->weights();
    preprocessing_ = encoder_->preprocessing();
    shape_ = encoder_->feature_shape();
  });
  registry::require_kept("encoder", name_,
                         conformance::broken_declaration({preprocessing_, shape_, weights_}));
}

void CheckedEncoder::refuse_unasked_random_weights() const {
  const auto random = options_.find("random");
  if (!weights_.random || random == options_.end() || random->second == "true") return;
  throw UsageError(fmt::format(
      "encoder {} has no weights: give --set encoder.weights=FILE (`tagloom plugins inspect {}` says "
      "whose files it reads), or --set encoder.random=true for seeded random ones, which are fit for "
      "a demonstration, not for results.",
      shown(name_), shown(name_)));
}

void CheckedEncoder::warn_of_weights(const std::function<void(const std::string&)>& warn) const {
  const auto is_source = [&](const auto& option) { return option.second == weights_.source; };
  if (weights_.random)
    warn(
        fmt::format("encoder {} runs with RANDOM weights: features are fit for a demonstration, not for "
                    "results.",
                    name_));
  else if (!weights_.source.empty() && std::ranges::none_of(given_, is_source))
    warn(fmt::format("encoder {} runs with the weights {}.", name_, shown(weights_.source)));
}

Features CheckedEncoder::encode(const at::Tensor& images, const FeatureNeeds& needs) const {
  Features features = registry::guarded(registry::Place("the encoder " + name_, name_), [&] {
    // From page-locked memory a GPU takes images while this thread goes on.
    const at::Tensor here = images.to(images.options().device(device_), /*non_blocking=*/device_.is_cuda());
    return encoder_->encode(here, needs);
  });
  // That they are finite is seen where they are written, by which image.
  registry::require_kept("encoder", name_,
                         conformance::broken_features(features, images.size(0), shape_, needs));
  return features;
}

}  // namespace tagloom::features
