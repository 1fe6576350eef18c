#include "registry/as_json.hpp"

#include "options/option.hpp"

#include <cmath>

namespace tagloom::registry {
namespace {

using json = nlohmann::ordered_json;

json to_json(const OptionSpec& option) {
  json spec = {{"name", option.name},
               {"type", type_name(option.default_value)},
               {"default", to_text(option.default_value)},
               {"help", option.help},
               {"choices", option.choices}};
  // An infinite bound is none.
  if (option.minimum && std::isfinite(*option.minimum)) spec["minimum"] = *option.minimum;
  if (option.maximum && std::isfinite(*option.maximum)) spec["maximum"] = *option.maximum;
  return spec;
}

OptionValue any_of_type(const std::string& type) {
  for (const OptionValue& value : {OptionValue(false), OptionValue(std::int64_t{0}), OptionValue(0.0)})
    if (type_name(value) == type) return value;
  return std::string();
}

OptionSpec option_from(const json& spec) {
  OptionSpec option{
      .name = spec.at("name"), .default_value = any_of_type(spec.at("type")), .help = spec.at("help")};
  // Its range and choices do not bind a default.
  option.default_value = options::read({.spec = option}, spec.at("default"));
  option.choices = spec.at("choices").get<std::vector<std::string>>();
  if (spec.contains("minimum")) option.minimum = spec.at("minimum").get<double>();
  if (spec.contains("maximum")) option.maximum = spec.at("maximum").get<double>();
  return option;
}

}  // namespace

json to_json(const Component& component) {
  const auto& [record, about, library] = component;
  return {{"kind", record.kind},
          {"name", record.name},
          {"summary", record.summary},
          {"paper", record.paper},
          {"library", library.string()},
          {"version", about.version},
          {"author", about.author},
          {"licence", about.licence},
          {"interface", record.interface.to_text()},
          {"built_for", record.runtime_tag}};
}

json to_json(const std::vector<OptionSpec>& options) {
  json all = json::array();
  for (const OptionSpec& option : options)
    all.push_back(to_json(option));
  return all;
}

std::vector<OptionSpec> options_from(const json& all) {
  std::vector<OptionSpec> options;
  for (const json& spec : all)
    options.push_back(option_from(spec));
  return options;
}

}  // namespace tagloom::registry
