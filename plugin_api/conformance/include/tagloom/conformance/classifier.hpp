#pragma once

/// What the host relies on in a classifier (violations.hpp).

#include <tagloom/classifier.hpp>
#include <tagloom/conformance/violations.hpp>

#include <functional>
#include <memory>

namespace tagloom::conformance {

/// Makes a classifier for one setup, always with the same options; its random weights follow LibTorch's
/// generator.
using CreateClassifier = std::function<std::shared_ptr<Classifier>()>;

/// - Logits have their shape, are float32 and finite, also of one image; only the features that `needs`
///   names are read, and they are left as they are; every trainable parameter receives a gradient;
///   images do not influence each other.
/// - In mixed precision (bfloat16 features, autocast on) logits are float32 or bfloat16, near those in
///   float32, and the same parameters receive gradients.
/// - Two classifiers made after the same seed are equal, also in training mode; one with the parameters
///   and buffers of another is that other; both may be used at the same time, each by a thread.
TAGLOOM_API Violations check_classifier(const CreateClassifier& create, const ClassifierSetup& setup,
                                        const Observer& observer = {});

}  // namespace tagloom::conformance
