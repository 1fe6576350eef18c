#pragma once

/// What the host relies on in a classifier (violations.hpp).

#include <tagloom/classifier.hpp>
#include <tagloom/conformance/violations.hpp>

namespace tagloom::conformance {

/// Shape; finite logits; every trainable parameter receives a gradient; images of a batch do not influence
/// each other. The classifier is left in evaluation mode.
TAGLOOM_API Violations check_classifier(Classifier& classifier, const ClassifierSetup& setup);

}  // namespace tagloom::conformance
