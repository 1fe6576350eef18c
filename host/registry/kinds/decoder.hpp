#pragma once

#include "registry/needs_text.hpp"
#include "registry/registry.hpp"

#include <tagloom/conformance/decoder.hpp>
#include <tagloom/decoder.hpp>
#include <tagloom/plugin.hpp>

#include <memory>
#include <string>

namespace tagloom::registry {

template <>
struct KindTraits<Decoder> {
  static constexpr const char* kName = "decoder";
  using Pointer = std::shared_ptr<Decoder>;
  using Factory = tagloom::Factory<Pointer, DecoderSetup>;

  /// Small enough to be made in a moment.
  static DecoderSetup small() {
    return {.labels = 10, .features = {.channels = 16, .map_height = 2, .map_width = 3}, .embeddings = {}};
  }

  static conformance::Violations check(const Registry& registry, const std::string& name,
                                       const Assignments& given, const conformance::Observer& observer) {
    return conformance::check_decoder(
        [&] { return registry.create<Decoder>(name, given, small()).component; }, small(), observer);
  }

  static std::string needs(const Registry& registry, const std::string& name, const Assignments& given) {
    return to_text(registry.create<Decoder>(name, given, small()).component->needs());
  }
};

}  // namespace tagloom::registry
