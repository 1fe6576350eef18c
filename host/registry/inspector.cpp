#include "registry/inspector.hpp"

#include <utility>

namespace tagloom::registry {
namespace {

/// The same library by whatever path it was found.
std::filesystem::path itself(const std::filesystem::path& library) {
  std::error_code unknown;
  auto path = std::filesystem::canonical(library, unknown);
  return unknown ? library : path;
}

}  // namespace

Inspector::Inspector(std::filesystem::path memory, std::filesystem::path program)
    : remembered_(std::move(memory)), program_(std::move(program)) {}

std::optional<Inspection> Inspector::known(const std::filesystem::path& library) {
  const std::scoped_lock lock(mutex_);
  return remembered_.find(itself(library));
}

Inspection Inspector::inspected(const std::filesystem::path& library) {
  const std::scoped_lock lock(mutex_);
  if (auto found = remembered_.find(itself(library))) return *std::move(found);
  const Inspection inspection = inspect({library}, program_).front();
  remembered_.add(itself(library), inspection);
  return inspection;
}

void Inspector::inspect_all(const std::vector<std::filesystem::path>& libraries) {
  const std::scoped_lock lock(mutex_);
  std::vector<std::filesystem::path> wanted;
  for (const auto& library : libraries) {
    const auto found = remembered_.find(itself(library));
    if (!found || !found->refusal.empty()) wanted.push_back(library);
  }
  const auto inspections = inspect(wanted, program_);
  for (std::size_t i = 0; i < wanted.size(); ++i)
    remembered_.add(itself(wanted[i]), inspections[i]);
}

}  // namespace tagloom::registry
