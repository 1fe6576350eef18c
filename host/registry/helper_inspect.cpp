#include "registry/helper_answer.hpp"
#include "registry/inspection.hpp"
#include "registry/kinds.hpp"
#include "registry/library.hpp"

#include <tagloom/base/error.hpp>

namespace tagloom::registry {
namespace {

Inspection::Part asked(const Component& component) {
  Inspection::Part part{.kind = component.record.kind, .name = component.record.name};
  helper_is_at("was asked for the options of " + described(component));
  try {
    part.options = kind_of(component).options(component);
  } catch (const Error& error) {
    part.refusal = error.what();
  }
  return part;
}

Inspection inspected(const std::filesystem::path& library) {
  Inspection inspection;
  try {
    const auto [about, records] = read_manifest(library);
    helper_is_at("was loaded");
    load_library(library);
    for (const ManifestRecord& record : records) {
      inspection.parts.push_back(asked({record, about, library}));
      if (!inspection.parts.back().refusal.empty()) inspection.may_change = true;
    }
  } catch (const Error& error) {
    inspection.refusal = error.what();
    inspection.may_change = true;
  }
  return inspection;
}

}  // namespace

void inspect_as_helper(const std::vector<std::string>& libraries) {
  helper_begins();
  for (const std::string& library : libraries)
    helper_found(to_json(inspected(library)));
  helper_ends();
}

}  // namespace tagloom::registry
