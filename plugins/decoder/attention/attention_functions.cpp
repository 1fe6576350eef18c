#include "attention_functions.hpp"

#include "attention_kernels.hpp"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

namespace tagloom {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::tensor_list;

struct ScorePixels : Function<ScorePixels> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& keys, const at::Tensor& query,
                            const at::Tensor& v) {
    context->save_for_backward({keys, query, v});
    return attention_scores(keys, query, v);
  }
  static tensor_list backward(AutogradContext* context, const tensor_list& gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor of_scores = gradients[0].contiguous();
    const auto of = attention_score_gradients(saved[0], saved[1], saved[2], of_scores);
    const at::Tensor of_keys = attention_key_gradient(saved[0], {saved[1]}, saved[2], {of_scores});
    return {of_keys.to(saved[0].scalar_type()), of.query, of.v};
  }
};

struct WeightedPixels : Function<WeightedPixels> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& weights, const at::Tensor& map) {
    context->save_for_backward({map});
    return attention_context(weights, map);
  }
  static tensor_list backward(AutogradContext* context, const tensor_list& gradients) {
    return {attention_weight_gradient(gradients[0].contiguous(), context->get_saved_variables()[0]),
            at::Tensor()};
  }
};

}  // namespace

at::Tensor score_pixels(const at::Tensor& keys, const at::Tensor& query, const at::Tensor& v) {
  if (!keys.is_cpu()) return at::matmul((keys.unsqueeze(1) + query.unsqueeze(2)).relu_().to(at::kFloat), v);
  return ScorePixels::apply(keys, query.contiguous(), v.contiguous());
}

at::Tensor weighted_pixels(const at::Tensor& weights, const at::Tensor& map) {
  if (!map.is_cpu() || map.requires_grad()) return at::bmm(weights, map.to(at::kFloat));
  return WeightedPixels::apply(weights.contiguous(), map);
}

}  // namespace tagloom
