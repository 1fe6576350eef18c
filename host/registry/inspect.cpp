#include "registry/helper_answer.hpp"
#include "registry/inspection.hpp"

#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

namespace tagloom::registry {
namespace {

using json = nlohmann::ordered_json;
using Libraries = std::vector<std::filesystem::path>;

/// What a library may take to be loaded and asked; TAGLOOM_PLUGIN_SECONDS gives more to slow disks.
std::chrono::seconds patience() {
  constexpr std::int64_t kUsual = 10;
  constexpr std::int64_t kMost = 86400;
  std::int64_t seconds = 0;
  if (const char* given = std::getenv("TAGLOOM_PLUGIN_SECONDS"))
    (void)std::from_chars(given, given + std::strlen(given), seconds);
  return std::chrono::seconds(seconds > 0 ? std::min(seconds, kMost) : kUsual);
}

HelperAnswer ask(const Libraries& libraries, const std::filesystem::path& program) {
  std::vector<std::string> words = {"--helper", "inspect"};
  for (const auto& library : libraries)
    words.push_back(library.string());
  return ask_helper({.program = program, .arguments = std::move(words), .time = patience()});
}

Inspection refused(const std::filesystem::path& library, const std::string& why, bool by_chance) {
  return {.parts = {},
          .refusal = fmt::format("{} {}; remove it, or ask its author (it was tried in a process of its own; "
                                 "`tagloom plugins list --all` tries it again).",
                                 shown(library), why),
          .may_change = by_chance};
}

Inspection understood(const std::filesystem::path& library, const json& result) {
  try {
    return inspection_from(result);
  } catch (const std::exception&) {
    return refused(library, "answered what nobody understands", false);
  }
}

/// As many as one helper takes: a command line has no room for any number.
constexpr std::ptrdiff_t kMostTogether = 64;

/// One library in a helper of its own.
Inspection inspect_alone(const std::filesystem::path& library, const std::filesystem::path& program) {
  const HelperAnswer answer = ask({library}, program);
  if (!answer.failure.empty()) return refused(library, answer.failure, answer.by_chance);
  if (answer.results.size() != 1) return refused(library, "answered what nobody understands", false);
  return understood(library, answer.results.front());
}

/// The first of several, as far as one helper comes.
std::vector<Inspection> inspect_together(const Libraries& libraries, const std::filesystem::path& program) {
  if (libraries.size() == 1) return {inspect_alone(libraries.front(), program)};
  const HelperAnswer answer = ask(libraries, program);
  const bool all = answer.failure.empty() && answer.results.size() == libraries.size();
  // Where it died when all of them were left, or there are answers of nobody, none is beyond suspicion.
  const std::size_t sound = all || answer.results.size() < libraries.size() ? answer.results.size() : 0;
  std::vector<Inspection> inspections;
  for (std::size_t i = 0; i < sound; ++i)
    inspections.push_back(understood(libraries[i], answer.results[i]));
  if (!all) inspections.push_back(inspect_alone(libraries[sound], program));
  return inspections;
}

}  // namespace

std::vector<Inspection> inspect(const Libraries& libraries, const std::filesystem::path& program) {
  std::vector<Inspection> inspections;
  while (inspections.size() < libraries.size()) {
    const auto first = libraries.begin() + static_cast<std::ptrdiff_t>(inspections.size());
    const auto count = std::min<std::ptrdiff_t>(kMostTogether, libraries.end() - first);
    for (Inspection& inspection : inspect_together(Libraries(first, first + count), program))
      inspections.push_back(std::move(inspection));
  }
  return inspections;
}

}  // namespace tagloom::registry
