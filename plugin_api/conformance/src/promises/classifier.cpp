#include <tagloom/conformance/promises/classifier.hpp>
#include <tagloom/conformance/promises/tensors.hpp>

namespace tagloom::conformance {

Broken broken_classifier_needs(const FeatureNeeds& needs) {
  if (needs.pooled || needs.map) return {};
  return "needs: asks for no features that a cache has";
}

Broken broken_forward(const at::Tensor& logits, const Features& features, std::int64_t labels) {
  if (auto shape =
          wrong_shape("forward: logits are", logits, {{"images", features.batch()}, {"labels", labels}}))
    return shape;
  return wrong_logits_type("forward: logits are", logits, features.any().scalar_type());
}

}  // namespace tagloom::conformance
