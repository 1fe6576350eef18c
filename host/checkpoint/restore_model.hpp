#pragma once

#include "checkpoint/checkpoint.hpp"
#include "models/model.hpp"
#include "registry/registry.hpp"

#include <filesystem>
#include <memory>

namespace tagloom::checkpoint {

/// The model as it was trained, on the CPU and in evaluation mode. Throws PluginError if a plugin of it is
/// missing.
std::shared_ptr<models::Model> restore_model(const Checkpoint& checkpoint, const registry::Registry& registry,
                                             const std::filesystem::path& path);

}  // namespace tagloom::checkpoint
