#include "result_page/command_lines.hpp"

#include "runtime/for_shell.hpp"
#include "training/config.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace tagloom::result_page {
namespace {

using Record = std::map<std::string, std::string>;

constexpr std::array kComponents = {"decoder", "classifier", "ordering", "loss", "multilabel_loss"};

/// "decoder.hidden" is an option of a component.
bool is_of_a_component(const std::string& name) {
  return std::ranges::any_of(kComponents,
                             [&](const char* kind) { return name.starts_with(kind + std::string(".")); });
}

/// A number may be spelt in several ways.
bool same_value(const std::string& a, const std::string& b) {
  if (a == b) return true;
  char* end_of_a = nullptr;
  char* end_of_b = nullptr;
  const double left = std::strtod(a.c_str(), &end_of_a);
  const double right = std::strtod(b.c_str(), &end_of_b);
  return end_of_a != a.c_str() && end_of_b != b.c_str() && *end_of_a == 0 && *end_of_b == 0 && left == right;
}

}  // namespace

std::string training_command(const Record& record) {
  const auto& table = training::option_table();
  const Record defaults = options::record_of(table, training::TrainConfig());
  std::string line = "tagloom train --data DATA --cache CACHE --out MODEL";
  for (const auto& row : table) {
    const options::Option& option = row.option;
    const auto found = record.find(option.record);
    if (option.record.empty() || found == record.end() || found->second.empty()) continue;
    const auto usual = defaults.find(option.record);
    if (usual != defaults.end() && same_value(found->second, usual->second)) continue;
    // How many they are is all that is recorded of views.
    if (option.record == "views" && found->second == "0") continue;
    line += " --" + option.spec.name;
    if (!option.is_flag()) line += " " + runtime::for_shell(found->second);
  }
  for (const auto& [name, value] : record)
    if (is_of_a_component(name)) line += " --set " + runtime::for_shell(name + "=" + value);
  return line;
}

}  // namespace tagloom::result_page
