#pragma once

#include "registry/needs_text.hpp"
#include "registry/registry.hpp"

#include <tagloom/classifier.hpp>
#include <tagloom/conformance/classifier.hpp>
#include <tagloom/plugin.hpp>

#include <memory>
#include <string>

namespace tagloom::registry {

template <>
struct KindTraits<Classifier> {
  static constexpr const char* kName = "classifier";
  using Pointer = std::shared_ptr<Classifier>;
  using Factory = tagloom::Factory<Pointer, ClassifierSetup>;

  /// Small enough to be made in a moment.
  static ClassifierSetup small() {
    return {.labels = 10, .features = {.channels = 16, .map_height = 2, .map_width = 3}};
  }

  static conformance::Violations check(const Registry& registry, const std::string& name,
                                       const Assignments& given, const conformance::Observer& observer) {
    return conformance::check_classifier(
        [&] { return registry.create<Classifier>(name, given, small()).component; }, small(), observer);
  }

  static std::string needs(const Registry& registry, const std::string& name, const Assignments& given) {
    return to_text(registry.create<Classifier>(name, given, small()).component->needs());
  }
};

}  // namespace tagloom::registry
