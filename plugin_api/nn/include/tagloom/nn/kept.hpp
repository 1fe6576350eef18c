#pragma once

/// What the decoders of this toolbox have in `DecoderState::kept`: what makes a step fast.

#include <tagloom/decoder.hpp>
#include <tagloom/nn/deferred_gradient.hpp>
#include <tagloom/nn/sequence_weight.hpp>

#include <map>
#include <memory>
#include <string>
#include <utility>

namespace tagloom {

struct Kept {
  /// The weights that every step multiplies by, made once a sequence.
  std::map<std::string, SequenceWeight> weights;
  /// Gradients of the state's memory that all steps contribute to; steps of the first images alone
  /// (`DecoderState::first_images`) contribute to theirs.
  std::map<std::string, DeferredGradient> grad_memory = {};
  /// What else a decoder's part has for all steps, of whatever type it knows that to be.
  std::map<std::string, std::shared_ptr<const void>> others = {};
};

/// What `keep` put into the state, which must have been called.
[[nodiscard]] inline const Kept& kept(const DecoderState& state) {
  return *static_cast<const Kept*>(state.kept.get());
}

inline void keep(DecoderState& state, Kept what) {
  state.kept = std::make_shared<const Kept>(std::move(what));
}

}  // namespace tagloom
