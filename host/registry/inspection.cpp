#include "registry/inspection.hpp"

#include "registry/as_json.hpp"

#include <algorithm>

namespace tagloom::registry {
using json = nlohmann::ordered_json;

const Inspection::Part* Inspection::find(const std::string& kind, const std::string& name) const {
  const auto found =
      std::ranges::find_if(parts, [&](const Part& part) { return part.kind == kind && part.name == name; });
  return found == parts.end() ? nullptr : &*found;
}

json to_json(const Inspection& inspection) {
  json components = json::array();
  for (const Inspection::Part& part : inspection.parts) {
    components.push_back({{"kind", part.kind},
                          {"name", part.name},
                          {"options", to_json(part.options)},
                          {"refusal", part.refusal}});
  }
  return {{"components", components}, {"refusal", inspection.refusal}, {"may_change", inspection.may_change}};
}

Inspection inspection_from(const json& value) {
  Inspection inspection{.parts = {}, .refusal = value.at("refusal"), .may_change = value.at("may_change")};
  for (const json& component : value.at("components")) {
    inspection.parts.push_back({.kind = component.at("kind"),
                                .name = component.at("name"),
                                .options = options_from(component.at("options")),
                                .refusal = component.at("refusal")});
  }
  return inspection;
}

}  // namespace tagloom::registry
