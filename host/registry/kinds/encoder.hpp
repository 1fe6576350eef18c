#pragma once

#include "registry/registry.hpp"

#include <tagloom/conformance/encoder.hpp>
#include <tagloom/encoder.hpp>
#include <tagloom/plugin.hpp>

#include <fmt/format.h>

#include <memory>
#include <string>

namespace tagloom::registry {

template <>
struct KindTraits<Encoder> {
  static constexpr const char* kName = "encoder";
  using Pointer = std::unique_ptr<Encoder>;
  using Factory = tagloom::Factory<Pointer>;

  static conformance::Violations check(const Registry& registry, const std::string& name,
                                       const Assignments& given, const conformance::Observer& observer) {
    return conformance::check_encoder([&] { return registry.create<Encoder>(name, given).component; },
                                      observer);
  }

  static std::string needs(const Registry& registry, const std::string& name, const Assignments& given) {
    const auto size = registry.create<Encoder>(name, given).component->preprocessing().size;
    return fmt::format("images of {0} x {0}", size);
  }
};

}  // namespace tagloom::registry
