#include "registry/kinds.hpp"
#include "registry/registry.hpp"

#include <tagloom/base/error.hpp>

#include <fmt/format.h>

namespace tagloom::registry {

void Registry::admit(const Component& component) const {
  if (settings_.inspector == nullptr) return;
  const Inspection inspection = settings_.inspector->inspected(component.library);
  if (!inspection.refusal.empty()) throw PluginError(inspection.refusal);
}

std::vector<OptionSpec> Registry::options_of(const Component& component) const {
  const Kind& kind = kind_of(component);
  if (settings_.inspector == nullptr) return kind.options(component);
  const Inspection inspection = settings_.inspector->inspected(component.library);
  const auto* const part = inspection.find(component.record.kind, component.record.name);
  if (!inspection.refusal.empty()) throw PluginError(inspection.refusal);
  if (part == nullptr)
    throw PluginError(fmt::format("{} is not there any longer: its file was changed meanwhile; try again.",
                                  located(component)));
  if (!part->refusal.empty()) throw PluginError(part->refusal);
  return part->options;
}

}  // namespace tagloom::registry
