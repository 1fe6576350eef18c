#pragma once

/// A model and its encoder as one TorchScript file, which any program with LibTorch runs without tagloom and
/// its plugins; `docs/export.md` describes the file and what a plugin must keep to.
///
/// The encoder, and a decoder's `begin` and `step`, are recorded (recording.hpp), since a plugin is C++ that
/// LibTorch can only watch; greedy search is TorchScript source that calls them (sources.hpp). A record of
/// the whole search would be as long as the longest label set, and take all its steps for every picture; a
/// loop ends when all pictures of a batch have stopped, and any state that a step returns goes into the next.
///
/// A record knows nothing of a loop of the plugin's own and may depend on what it was recorded with. So it is
/// recorded for several sizes, of which those are told apart that follow the batch and the step, and what was
/// recorded is held against the parts themselves before it is written (check.hpp).

#include "checkpoint/calibration.hpp"
#include "export/parts.hpp"

#include <tagloom/vocabulary.hpp>

#include <string>
#include <vector>

namespace tagloom::torchscript {

struct Description {
  Vocabulary vocabulary;
  /// The longest label set and its stop.
  std::int64_t max_steps = 0;
  /// One a label for a classifier alone, else empty.
  std::vector<float> thresholds;
  /// What makes probabilities confidences.
  checkpoint::Calibration calibration;
  /// JSON that goes into the file as "tagloom.json".
  std::string provenance;
};

/// The content of the file. Throws PluginError, naming the part, if one cannot be exported; Interrupted if a
/// signal left its note.
std::string exported(const Parts& parts, const Description& description);

}  // namespace tagloom::torchscript
