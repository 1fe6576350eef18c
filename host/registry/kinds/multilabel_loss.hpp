#pragma once

#include "registry/registry.hpp"

#include <tagloom/conformance/multilabel_loss.hpp>
#include <tagloom/multilabel_loss.hpp>
#include <tagloom/plugin.hpp>

#include <memory>
#include <string>

namespace tagloom::registry {

template <>
struct KindTraits<MultilabelLoss> {
  static constexpr const char* kName = "multilabel_loss";
  using Pointer = std::unique_ptr<MultilabelLoss>;
  using Factory = tagloom::Factory<Pointer>;

  static conformance::Violations check(const Registry& registry, const std::string& name,
                                       const Assignments& given, const conformance::Observer& observer) {
    return conformance::check_multilabel_loss(
        [&] { return registry.create<MultilabelLoss>(name, given).component; }, observer);
  }

  static std::string needs(const Registry& /*registry*/, const std::string& /*name*/,
                           const Assignments& /*given*/) {
    return "";
  }
};

}  // namespace tagloom::registry
