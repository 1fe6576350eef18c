#include "models/checked_decoder.hpp"

#include "registry/promises.hpp"

#include <tagloom/base/error.hpp>

#include <ATen/ATen.h>

#include <utility>

namespace tagloom::models {

CheckedDecoder::CheckedDecoder(std::string name, const DecoderSetup& setup, std::shared_ptr<Decoder> plugin)
    : name_(std::move(name)),
      labels_(setup.labels),
      pixels_(setup.features.pixels()),
      plugin_(register_module("plugin", std::move(plugin))) {}

void CheckedDecoder::require_kept(const conformance::Broken& broken) const {
  registry::require_kept("decoder", name_, broken);
}

DecoderState CheckedDecoder::begin(const Features& features) {
  features_ = features.any().scalar_type();
  DecoderState state = plugin_->begin(features);
  require_kept(conformance::broken_begin(state, features.batch()));
  return state;
}

DecoderStep CheckedDecoder::step(const at::Tensor& tokens, const DecoderState& state) {
  DecoderStep next = plugin_->step(tokens, state);
  require_kept(conformance::broken_step(
      next, {.rows = tokens.size(0), .labels = labels_, .pixels = pixels_, .features = features_}));
  require_kept(conformance::broken_memory(next.state, state));
  return next;
}

at::Tensor CheckedDecoder::teacher_forced(const Features& features, const at::Tensor& tokens,
                                          const BatchSizes& sizes) {
  at::Tensor logits;
  try {
    logits = plugin_->teacher_forced(features, tokens, sizes);
  } catch (const Error&) {
    throw;
  } catch (const std::exception&) {
    require_sound_steps(features, tokens);
    throw;
  }
  if (const auto broken = conformance::broken_sequence(logits, {.rows = tokens.size(0),
                                                                .steps = tokens.size(1),
                                                                .labels = labels_,
                                                                .features = features.any().scalar_type()})) {
    require_sound_steps(features, tokens);
    require_kept(broken);
  }
  return logits;
}

/// A sequence is often made of steps. Where those are wrong, it is they that the user is told of, as by the
/// conformance kit.
void CheckedDecoder::require_sound_steps(const Features& features, const at::Tensor& tokens) {
  const at::NoGradGuard no_grad;
  try {
    (void)step(tokens.select(1, 0), begin(features));
  } catch (const PluginError&) {
    throw;
  } catch (const std::exception&) {
    // What the sequence says of itself is as good.
  }
}

}  // namespace tagloom::models
