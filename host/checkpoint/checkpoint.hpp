#pragma once

/// A trained model in one safetensors file: the parameters of its parts, and in the metadata all that is
/// needed to build it again and to know where it comes from. `docs/checkpoint.md` describes the format.

#include "checkpoint/calibration.hpp"
#include "models/model_spec.hpp"

#include <tagloom/features.hpp>
#include <tagloom/vocabulary.hpp>
#include <tagloom/weights/named_tensors.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace tagloom::checkpoint {

/// How an encoder was made, so that it can be made again.
struct EncoderRecipe {
  /// All of its options, as text.
  registry::Assignments options;
  /// As EncoderWeights has them (encoder.hpp).
  std::string weights_source;
  bool random = false;

  bool operator==(const EncoderRecipe&) const = default;
};

/// Which features a model was trained on; a cache that differs is refused.
struct FeatureSource {
  std::string encoder;
  std::string weights_fingerprint;
  std::string preprocessing;
  FeatureShape shape;
  /// Nothing in checkpoints of earlier versions.
  std::optional<EncoderRecipe> recipe = {};

  bool operator==(const FeatureSource&) const = default;
};

/// How the splits of a data set that has not all of its own were drawn.
struct Carving {
  /// The validation split, from the training images.
  double fraction = 0;
  std::uint64_t seed = 0;
  /// The test split, before that, from all images; 0 where the data set had one, and in checkpoints of
  /// earlier versions.
  double test_fraction = 0;
  std::uint64_t test_seed = 0;
  /// The validation split was not drawn at random but stratified by labels.
  bool stratified = false;

  auto operator<=>(const Carving&) const = default;
};

struct Checkpoint {
  Vocabulary vocabulary;
  std::vector<std::int64_t> train_counts;
  FeatureSource features;
  Carving validation;
  models::ModelSpec model;
  std::int64_t embedding = 0;
  /// The longest label set and its stop token.
  std::int64_t max_steps = 0;
  /// One a label for a classifier alone, else empty.
  std::vector<float> thresholds;
  /// Nothing in checkpoints of earlier versions, of unfinished runs, and of runs without a validation split.
  std::optional<Calibration> calibration = {};
  /// Everything else about the run, by name: ordering, loss, their options, seed, epoch, scores, versions,
  /// data.
  std::map<std::string, std::string> record;
  NamedTensors weights;
};

/// Written beside its final name and renamed when whole. Throws DataError if the disk is full or not
/// writable.
void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);

/// Throws DataError if the file is missing, damaged, no tagloom checkpoint, or of a newer format.
Checkpoint read_checkpoint(const std::filesystem::path& path);

}  // namespace tagloom::checkpoint
