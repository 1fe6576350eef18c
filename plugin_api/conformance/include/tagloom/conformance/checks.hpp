#pragma once

/// The conformance kit: what the host relies on, checked on a component as it stands. For the tests of a
/// plugin, and for `tagloom plugins check NAME`. Each function returns one sentence a broken promise; an
/// empty list is a pass. Nothing here depends on trained weights or on data.

#include <tagloom/classifier.hpp>
#include <tagloom/decoder.hpp>
#include <tagloom/encoder.hpp>
#include <tagloom/loss.hpp>
#include <tagloom/multilabel_loss.hpp>
#include <tagloom/ordering.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tagloom::conformance {

using Violations = std::vector<std::string>;

/// Shapes; finite logits; the fused `teacher_forced` equals the loop over `step`, also where images stop
/// early; every trainable parameter receives a gradient; images of a batch do not influence each other; a
/// selected state goes on where the original would; attention, where there is any, sums to one. The decoder
/// is left in evaluation mode.
TAGLOOM_API Violations check_decoder(Decoder& decoder, const DecoderSetup& setup);

/// Shape; finite logits; every trainable parameter receives a gradient; images of a batch do not influence
/// each other. The classifier is left in evaluation mode.
TAGLOOM_API Violations check_classifier(Classifier& classifier, const ClassifierSetup& setup);

/// Shapes and types of `encode` against what the encoder declares; pooled is the map's mean; no gradient is
/// carried; two calls agree; images of a batch do not influence each other; the weights' fingerprint is not
/// empty.
TAGLOOM_API Violations check_encoder(Encoder& encoder);

/// Every result is a permutation of the label set, the empty one included; equal generators give equal
/// sequences.
TAGLOOM_API Violations check_ordering(const Ordering& ordering);

/// A finite scalar with a gradient for the logits, also where no image has a label; sure and right costs less
/// than sure and wrong.
TAGLOOM_API Violations check_multilabel_loss(const MultilabelLoss& loss);

/// A finite scalar with a gradient for the logits; targets are a permutation of each image's labels; steps
/// after the stop, and so the padding of a batch, do not matter; images without labels are accepted.
TAGLOOM_API Violations check_loss(const Loss& loss);

}  // namespace tagloom::conformance
