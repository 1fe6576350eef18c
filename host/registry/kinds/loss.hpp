#pragma once

#include "registry/registry.hpp"

#include <tagloom/conformance/loss.hpp>
#include <tagloom/loss.hpp>
#include <tagloom/plugin.hpp>

#include <memory>
#include <string>

namespace tagloom::registry {

template <>
struct KindTraits<Loss> {
  static constexpr const char* kName = "loss";
  using Pointer = std::unique_ptr<Loss>;
  using Factory = tagloom::Factory<Pointer>;

  static conformance::Violations check(const Registry& registry, const std::string& name,
                                       const Assignments& given, const conformance::Observer& observer) {
    return conformance::check_loss([&] { return registry.create<Loss>(name, given).component; }, observer);
  }

  static std::string needs(const Registry& registry, const std::string& name, const Assignments& given) {
    const auto loss = registry.create<Loss>(name, given).component;
    return loss->logits_kind() == LogitsKind::teacher_forced ? "teacher-forced logits"
                                                             : "free-running logits";
  }
};

}  // namespace tagloom::registry
