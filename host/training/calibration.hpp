#pragma once

/// The last thing that a run does: what makes the confidences of its best epoch what they say, fitted on its
/// validation split.

#include "checkpoint/calibration.hpp"
#include "registry/registry.hpp"
#include "training/config.hpp"
#include "training/inputs.hpp"

#include <c10/core/Device.h>

#include <filesystem>
#include <optional>
#include <string>

namespace tagloom::training {

/// Calibrates the checkpoint in the file; nothing where the run has no validation images with features.
/// Throws DataError if the file cannot be read, Interrupted between two batches.
std::optional<checkpoint::Calibration> calibration_of(const std::filesystem::path& checkpoint,
                                                      const Inputs& inputs,
                                                      const registry::Registry& registry, c10::Device device);

/// For the user, in a sentence.
std::string calibration_note(const std::optional<checkpoint::Calibration>& calibration,
                             const TrainConfig& config);

}  // namespace tagloom::training
