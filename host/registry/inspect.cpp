#include "registry/helper_answer.hpp"
#include "registry/inspection.hpp"

#include <tagloom/base/json_text.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>

namespace tagloom::registry {
namespace {

using json = nlohmann::ordered_json;
using Libraries = std::vector<std::filesystem::path>;

/// What a library may take to be loaded and asked; TAGLOOM_PLUGIN_SECONDS gives more to slow disks.
std::chrono::seconds patience() {
  std::int64_t seconds = 10;
  if (const char* given = std::getenv("TAGLOOM_PLUGIN_SECONDS")) {
    const std::string_view text = given;
    std::int64_t read = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), read).ec == std::errc() && read > 0)
      seconds = read;
  }
  return std::chrono::seconds(seconds);
}

HelperAnswer ask(const Libraries& libraries, const std::filesystem::path& program) {
  json names = json::array();
  for (const auto& library : libraries)
    names.push_back(library.string());
  return ask_helper({.program = program,
                     .arguments = {"--helper", "inspect", to_json_text(names)},
                     .time = patience() * static_cast<std::int64_t>(libraries.size())});
}

Inspection refused(const std::filesystem::path& library, const std::string& why, bool by_chance) {
  return {
      .parts = {},
      .refusal = fmt::format("{} {}; remove it, or ask its author (it was tried in a process of its own).",
                             shown(library), why),
      .by_chance = by_chance};
}

Inspection understood(const std::filesystem::path& library, const json& result) {
  try {
    return inspection_from(result);
  } catch (const std::exception&) {
    return refused(library, "answered what nobody understands", false);
  }
}

}  // namespace

std::vector<Inspection> inspect(const Libraries& libraries, const std::filesystem::path& program) {
  std::vector<Inspection> inspections;
  while (inspections.size() < libraries.size()) {
    const std::size_t first = inspections.size();
    const Libraries rest(libraries.begin() + static_cast<std::ptrdiff_t>(first), libraries.end());
    const HelperAnswer answer = ask(rest, program);
    const bool died_at_the_end = !answer.failure.empty() && answer.results.size() >= rest.size();
    // One of several died when all were left; which, only a try of each can tell.
    if (died_at_the_end && rest.size() > 1) {
      for (const auto& library : rest)
        inspections.push_back(inspect({library}, program).front());
      return inspections;
    }
    for (std::size_t i = 0; i < std::min(answer.results.size(), rest.size()); ++i)
      inspections.push_back(understood(rest[i], answer.results[i]));
    if (died_at_the_end)
      inspections.back() = refused(rest.back(), answer.failure, answer.by_chance);
    else if (inspections.size() < libraries.size())
      inspections.push_back(refused(libraries[inspections.size()], answer.failure, answer.by_chance));
  }
  return inspections;
}

}  // namespace tagloom::registry
