#pragma once

/// The encoder of a model or a cache, made again from what its file records. Weights are known by their
/// fingerprint, wherever the file is now and whatever it is called.

#include "annotation/encoder_choice.hpp"
#include "checkpoint/checkpoint.hpp"
#include "features/checked_encoder.hpp"
#include "registry/registry.hpp"
#include "runtime/variables.hpp"

#include <c10/core/Device.h>

#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::annotation {

/// The folders of the variable TAGLOOM_WEIGHTS_PATH (separated by colons), the checkpoint's own, and
/// "weights" in the working folder.
std::vector<std::filesystem::path> weights_folders(const runtime::Variables& variables,
                                                   const std::filesystem::path& checkpoint);

struct FindEncoder {
  /// What the features that it is to make are recorded to come from.
  checkpoint::FeatureSource trained;
  EncoderChoice choice = {};
  c10::Device device = c10::kCPU;
  /// Where that is recorded, in a checkpoint or a cache: for sentences.
  std::filesystem::path checkpoint = {};
};

/// Files are tried in this order: the one that the user gives, and no other; else the recorded path; in each
/// folder the file of the same name; then those named after the encoder. Each is loaded and its fingerprint
/// compared. Throws DataError, with the fingerprint and where it looked, if none makes the features that it
/// goes with, or if another program made those; UsageError and PluginError as CheckedEncoder does.
features::CheckedEncoder find_encoder(const FindEncoder& wanted, const registry::Registry& registry);

/// Throws UsageError for options that the encoder does not take, PluginError if it is not there, DataError if
/// another program made the features.
void check(const checkpoint::FeatureSource& trained, const EncoderChoice& choice,
           const registry::Registry& registry);

}  // namespace tagloom::annotation
