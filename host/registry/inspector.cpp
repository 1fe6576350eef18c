#include "registry/inspector.hpp"

#include <tagloom/plugin.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tagloom::registry {
namespace {

/// The same library by whatever path it was found.
std::filesystem::path itself(const std::filesystem::path& library) {
  std::error_code unknown;
  auto path = std::filesystem::canonical(library, unknown);
  return unknown ? library : path;
}

/// Another program asks other questions.
std::string asked_by(const std::filesystem::path& program) {
  const FileStamp stamp = stamp_of(program);
  return fmt::format("tagloom {}, interface {}, {}, program of {} bytes and time {}", TAGLOOM_VERSION,
                     TAGLOOM_INTERFACE, TAGLOOM_RUNTIME_TAG, stamp.bytes, stamp.time);
}

bool is_good(const Inspection& inspection) {
  return inspection.refusal.empty() &&
         std::ranges::all_of(inspection.parts, [](const auto& part) { return part.refusal.empty(); });
}

}  // namespace

Inspector::Inspector(std::filesystem::path memory, std::filesystem::path program)
    : remembered_(std::move(memory), asked_by(program)), program_(std::move(program)) {}

std::optional<Inspection> Inspector::known(const std::filesystem::path& library) {
  const std::scoped_lock lock(mutex_);
  return remembered_.find(itself(library));
}

Inspection Inspector::inspected(const std::filesystem::path& library) {
  const std::scoped_lock lock(mutex_);
  if (auto found = remembered_.find(itself(library))) return *std::move(found);
  return ask({library}).front();
}

void Inspector::inspect_all(const std::vector<std::filesystem::path>& libraries) {
  const std::scoped_lock lock(mutex_);
  std::vector<std::filesystem::path> wanted;
  for (const auto& library : libraries) {
    const auto found = remembered_.find(itself(library));
    if (!found || !is_good(*found)) wanted.push_back(library);
  }
  (void)ask(wanted);
}

std::vector<Inspection> Inspector::ask(const std::vector<std::filesystem::path>& libraries) {
  // Taken before: a library that is built anew meanwhile is not the one that was asked.
  std::vector<FileStamp> stamps;
  for (const auto& library : libraries)
    stamps.push_back(stamp_of(library));
  auto inspections = inspect(libraries, program_);
  for (std::size_t i = 0; i < libraries.size(); ++i)
    remembered_.add(itself(libraries[i]), stamps[i], inspections[i]);
  remembered_.write();
  return inspections;
}

}  // namespace tagloom::registry
