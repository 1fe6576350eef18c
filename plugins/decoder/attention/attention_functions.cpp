#include "attention_functions.hpp"

#include "attention_kernels.hpp"

#include <tagloom/nn/recorded.hpp>

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

namespace tagloom {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::tensor_list;

/// Lets a deferred gradient travel in an autograd context.
struct Holder : torch::CustomClassHolder {
  explicit Holder(DeferredGradient held) : grad_keys(std::move(held)) {}
  DeferredGradient grad_keys;
};

struct ScorePixels : Function<ScorePixels> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& keys, const at::Tensor& query,
                            const at::Tensor& v, const at::Tensor& /*tie*/,
                            const DeferredGradient& grad_keys) {
    context->save_for_backward({keys, query, v});
    context->saved_data["grad_keys"] = c10::IValue::make_capsule(c10::make_intrusive<Holder>(grad_keys));
    return attention_scores(keys, query, v);
  }
  static tensor_list backward(AutogradContext* context, const tensor_list& grad_outputs) {
    const auto saved = context->get_saved_variables();
    const at::Tensor grad_scores = grad_outputs[0].contiguous();
    const auto grad = attention_score_gradients(saved[0], saved[1], saved[2], grad_scores);
    const DeferredGradient& grad_keys =
        static_cast<Holder&>(*context->saved_data.at("grad_keys").toCapsule()).grad_keys;
    if (grad_keys.needed()) grad_keys.add({grad_scores, saved[1]});
    return {at::Tensor(), grad.query, grad.v, at::Tensor(), at::Tensor()};
  }
};

struct WeightedPixels : Function<WeightedPixels> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& weights, const at::Tensor& map) {
    context->save_for_backward({map});
    return attention_context(weights, map);
  }
  static tensor_list backward(AutogradContext* context, const tensor_list& grad_outputs) {
    return {attention_weight_gradient(grad_outputs[0].contiguous(), context->get_saved_variables()[0]),
            at::Tensor()};
  }
};

}  // namespace

DeferredGradient::Compute key_gradient(const at::Tensor& keys, const at::Tensor& v) {
  return [keys = keys.detach(), v = v.detach().contiguous()](const auto& steps) {
    std::vector<at::Tensor> queries;
    std::vector<at::Tensor> grad_scores;
    for (const auto& [grad_output, query] : steps) {
      queries.push_back(query);
      grad_scores.push_back(grad_output);
    }
    return attention_key_gradient(keys, queries, v, grad_scores).to(keys.scalar_type());
  };
}

at::Tensor score_pixels(const at::Tensor& keys, const at::Tensor& query, const at::Tensor& v,
                        const DeferredGradient& grad_keys) {
  if (!keys.is_cpu() || is_recorded())
    return at::matmul((keys.unsqueeze(1) + query.unsqueeze(2)).relu_().to(at::kFloat), v);
  return ScorePixels::apply(keys.detach(), query.contiguous(), v.contiguous(), grad_keys.tie(), grad_keys);
}

at::Tensor weighted_pixels(const at::Tensor& weights, const at::Tensor& map) {
  if (!map.is_cpu() || map.requires_grad() || is_recorded()) return at::bmm(weights, map.to(at::kFloat));
  return WeightedPixels::apply(weights.contiguous(), map);
}

}  // namespace tagloom
