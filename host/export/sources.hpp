#pragma once

/// TorchScript around what is recorded: preparing a picture, and from features to labels as `annotate` finds
/// them. It is written as source, since a loop that ends when all images have stopped and a choice that
/// depends on a picture's sides are no fixed list of operations.

namespace tagloom::torchscript {

/// `prepare` and `forward`; they call `encode` and `tag`.
extern const char* const kPictures;
/// `confidence`, which `tag` calls: probabilities by the calibration of the checkpoint.
extern const char* const kConfidence;
/// `tag` of a model with a decoder, by greedy search; calls `begin` and `step`.
extern const char* const kGreedy;
/// `concepts`, which `tag` of a decoder adds to the features: those of a classifier, by `score`, or none.
extern const char* const kConcepts;
extern const char* const kNoConcepts;
/// `tag` of a classifier alone; calls `score`.
extern const char* const kThresholds;

}  // namespace tagloom::torchscript
