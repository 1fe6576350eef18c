#pragma once

#include "registry/registry.hpp"

#include <tagloom/conformance/ordering.hpp>
#include <tagloom/ordering.hpp>
#include <tagloom/plugin.hpp>

#include <memory>
#include <string>

namespace tagloom::registry {

template <>
struct KindTraits<Ordering> {
  static constexpr const char* kName = "ordering";
  using Pointer = std::unique_ptr<Ordering>;
  using Factory = tagloom::Factory<Pointer>;

  static conformance::Violations check(const Registry& registry, const std::string& name,
                                       const Assignments& given, const conformance::Observer& observer) {
    return conformance::check_ordering([&] { return registry.create<Ordering>(name, given).component; },
                                       observer);
  }

  static std::string needs(const Registry& /*registry*/, const std::string& /*name*/,
                           const Assignments& /*given*/) {
    return "";
  }
};

}  // namespace tagloom::registry
