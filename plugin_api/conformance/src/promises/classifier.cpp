#include <tagloom/conformance/promises/classifier.hpp>
#include <tagloom/conformance/promises/tensors.hpp>

namespace tagloom::conformance {

Broken broken_forward(const at::Tensor& logits, const Features& features, std::int64_t labels) {
  if (auto shape =
          wrong_shape("forward: logits are", logits, {{"images", features.batch()}, {"labels", labels}}))
    return shape;
  return wrong_logits_type("forward: logits are", logits, features.any().scalar_type());
}

}  // namespace tagloom::conformance
