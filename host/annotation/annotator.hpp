#pragma once

/// A trained model and the encoder it was trained behind, ready to tag pictures: from pixels to labels with
/// confidences. It knows no files but its own, and no command line.
///
///     Annotator annotator({.model = "ria.safetensors"}, registry);
///     const std::vector<Findings> found = annotator(at::stack({annotator.prepared(rgb)}));

#include "annotation/annotate_config.hpp"
#include "annotation/annotation.hpp"
#include "annotation/find_encoder.hpp"
#include "checkpoint/checkpoint.hpp"
#include "evaluation/predict.hpp"
#include "features/checked_encoder.hpp"
#include "features/decoding.hpp"
#include "features/slices.hpp"
#include "models/model.hpp"
#include "registry/registry.hpp"
#include "runtime/precision.hpp"
#include "search/options.hpp"

#include <tagloom/featurecache/schema.hpp>
#include <tagloom/vocabulary.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace tagloom::annotation {

/// What is found in one picture: the tags and the attention of its Annotation.
struct Findings {
  std::vector<Tag> tags;
  at::Tensor attention;
};

class Annotator {
 public:
  /// Reads the checkpoint and finds the encoder's weights. Throws DataError, UsageError and PluginError, in
  /// one sentence.
  Annotator(const AnnotatorConfig& config, const registry::Registry& registry);

  [[nodiscard]] const Preprocessing& preprocessing() const { return encoder_.preprocessing(); }
  [[nodiscard]] featurecache::PixelRule pixels() const { return pixels_; }
  /// How pictures are decoded for it.
  [[nodiscard]] datasets::DecodeOptions decoding(const features::DecodingLimits& limits) const {
    return features::decoding(pixels_, decode_rule_, preprocessing(), limits);
  }
  [[nodiscard]] const Vocabulary& vocabulary() const { return vocabulary_; }
  /// Why the confidences are not calibrated, for the user; empty if they are.
  [[nodiscard]] const std::string& why_not_calibrated() const { return why_not_calibrated_; }
  /// Hashes the model's weights and vocabulary: another model is another text.
  [[nodiscard]] const std::string& fingerprint() const { return fingerprint_; }

  /// Pixels `[height, width, 3]` (uint8, red green blue) to `[3, size, size]`, from any thread.
  [[nodiscard]] at::Tensor prepared(const at::Tensor& rgb) const;
  /// How many pictures of a batch are encoded at once (features/slices.hpp).
  [[nodiscard]] std::int64_t slice_size(std::int64_t batch) const {
    return features::slice_size(encoder_, batch);
  }
  /// Prepared images `[batch, 3, size, size]` to the features that the model reads: those of a cache but
  /// for their last bit, which depends on how many images are encoded at once. One thread at a time; another
  /// one may decode meanwhile. Throws NumericError for features that are no numbers.
  [[nodiscard]] Features encode(const at::Tensor& images) const;
  /// What the model finds in each picture. One thread at a time. Throws Interrupted after a signal.
  [[nodiscard]] std::vector<Findings> decode(const Features& features) const;
  /// Both.
  [[nodiscard]] std::vector<Findings> operator()(const at::Tensor& images) const {
    return decode(encode(images));
  }

 private:
  Annotator(const AnnotatorConfig& config, const checkpoint::Checkpoint& checkpoint,
            const registry::Registry& registry);
  [[nodiscard]] Findings found(const evaluation::Prediction& prediction) const;

  std::int64_t top_;
  double min_confidence_;
  bool attention_;
  Vocabulary vocabulary_;
  FeatureShape shape_;
  featurecache::PixelRule pixels_;
  featurecache::DecodeRule decode_rule_;
  checkpoint::Calibration calibration_;
  std::string why_not_calibrated_;
  std::string fingerprint_;
  std::shared_ptr<models::Model> model_;
  FeatureNeeds needs_;
  features::CheckedEncoder encoder_;
  evaluation::PredictOptions options_;
};

}  // namespace tagloom::annotation
