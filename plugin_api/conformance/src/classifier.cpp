#include "example.hpp"

#include <tagloom/conformance/classifier.hpp>

#include <ATen/ATen.h>

namespace tagloom::conformance {

Violations check_classifier(Classifier& classifier, const ClassifierSetup& setup) {
  Violations violations;
  const auto demand = [&](bool kept, const std::string& promise) {
    if (!kept) violations.push_back(promise);
  };
  constexpr std::int64_t kBatch = 3;
  classifier.eval();
  const Features features = example_features(kBatch, setup.features, setup.labels);
  const at::Tensor logits = classifier.forward(features);
  demand(logits.sizes() == at::IntArrayRef({kBatch, setup.labels}),
         "forward: logits have shape " + shape_text(logits) + ", not [batch, labels]");
  if (!violations.empty()) return violations;
  demand(logits.isfinite().all().item<bool>(), "forward: logits are not finite");
  const at::Tensor last = at::tensor({kBatch - 1}, at::kLong);
  demand(close(classifier.forward(features.select(last))[0], logits[kBatch - 1]),
         "forward: an image's logits depend on the other images of its batch");
  const at::Tensor loss = logits.square().mean();
  if (loss.requires_grad()) loss.backward();
  for (const auto& parameter : classifier.named_parameters())
    demand(!parameter.value().requires_grad() || parameter.value().grad().defined(),
           "parameter " + parameter.key() + " receives no gradient");
  classifier.zero_grad();
  return violations;
}

}  // namespace tagloom::conformance
