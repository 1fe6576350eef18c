#include "attention_on_device.hpp"

#include "attention_launches.hpp"

#include <tagloom/nn/deferred_gradient.hpp>
#include <tagloom/nn/recorded.hpp>

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <memory>
#include <utility>
#include <vector>

namespace tagloom {
namespace {

namespace launches = attention_launches;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::tensor_list;

}  // namespace

/// What the nodes of all steps lead to.
struct AttentionTies : torch::CustomClassHolder {
  /// The gradients of keys and v come from one kernel, and are asked for one by one.
  struct Both {
    at::Tensor keys;
    at::Tensor v;
    launches::SequenceGradients made = {};

    const launches::SequenceGradients& of(const std::vector<DeferredGradient::Contribution>& steps) {
      if (made.keys.defined()) return made;
      std::vector<at::Tensor> queries;
      std::vector<at::Tensor> grad_scores;
      for (const auto& [grad_output, query] : steps) {
        queries.push_back(query);
        grad_scores.push_back(grad_output);
      }
      made = launches::look_back_on_keys(keys, v, queries, grad_scores);
      return made;
    }
  };

  AttentionTies(const at::Tensor& of_keys, const at::Tensor& of_v, const at::Tensor& of_bias)
      : both(std::make_shared<Both>(Both{of_keys.detach(), of_v.detach().contiguous()})),
        keys(of_keys, [made = both](const auto& steps) { return made->of(steps).keys; }),
        v(of_v, [made = both](const auto& steps) { return made->of(steps).v; }),
        bias(of_bias, [zero = of_bias.detach()](const auto&) { return at::zeros_like(zero); }) {}

  void add(const at::Tensor& grad_scores, const at::Tensor& query) const {
    for (const DeferredGradient* deferred : {&keys, &v, &bias})
      if (deferred->needed()) deferred->add({grad_scores, query});
  }

  std::shared_ptr<Both> both;
  DeferredGradient keys;
  DeferredGradient v;
  DeferredGradient bias;
};

namespace {

struct LookOnDevice : Function<LookOnDevice> {
  /// The last three are ties; what they lead to is in `deferred`.
  static tensor_list forward(AutogradContext* context, const launches::Looking& l,
                             const c10::intrusive_ptr<AttentionTies>& deferred, const at::Tensor& query,
                             const at::Tensor& gate, const at::Tensor& gate_bias, const at::Tensor& /*keys*/,
                             const at::Tensor& /*v*/, const at::Tensor& /*bias*/) {
    const launches::Seen seen = launches::look(l);
    context->save_for_backward(
        {l.keys, l.map, query, l.v, gate, gate_bias, l.arrived, seen.weights, seen.context});
    context->saved_data["deferred"] = c10::IValue::make_capsule(deferred);
    return {seen.gated, seen.weights};
  }
  static tensor_list backward(AutogradContext* context, const tensor_list& grads) {
    const auto saved = context->get_saved_variables();
    const launches::Looking l{saved[0], saved[1], saved[2], saved[3], saved[4], saved[5], saved[6]};
    const at::Tensor grad_gated = grads[0].defined() ? grads[0].contiguous() : at::zeros_like(l.gate);
    const at::Tensor grad_weights = grads[1].defined() ? grads[1].contiguous() : at::Tensor();
    const launches::Seen seen{.gated = {}, .weights = saved[7], .context = saved[8]};
    const launches::Gradients grad = launches::look_back(l, seen, grad_gated, grad_weights);
    static_cast<AttentionTies&>(*context->saved_data.at("deferred").toCapsule()).add(grad.scores, l.query);
    tensor_list all(8);
    all[2] = grad.query;
    all[3] = grad.gate;
    all[4] = grad.gate.sum(at::IntArrayRef{0, 1});
    return all;
  }
};

}  // namespace

DeviceAttention::DeviceAttention(const at::Tensor& keys, const at::Tensor& v, const at::Tensor& bias)
    : ties_(c10::make_intrusive<AttentionTies>(keys, v, bias)),
      arrived_(at::zeros({keys.size(0)}, keys.options().dtype(at::kInt))) {}

DeviceAttention::~DeviceAttention() = default;

bool DeviceAttention::pays(const at::Tensor& keys, const at::Tensor& map, std::int64_t width) {
  return !is_recorded() && !map.requires_grad() && launches::available(keys, map, width);
}

DeviceAttention::Seen DeviceAttention::look(const Looking& looking) const {
  const launches::Looking l{.keys = looking.keys.detach(),
                            .map = looking.map,
                            .query = looking.query.contiguous(),
                            .v = looking.v.detach().contiguous(),
                            .gate = looking.gate.contiguous(),
                            .gate_bias = looking.gate_bias.contiguous(),
                            .arrived = arrived_};
  if (!at::GradMode::is_enabled()) {
    launches::Seen seen = launches::look(l);
    return {std::move(seen.gated), std::move(seen.weights)};
  }
  const tensor_list seen = LookOnDevice::apply(l, ties_, l.query, l.gate, l.gate_bias, ties_->keys.tie(),
                                               ties_->v.tie(), ties_->bias.tie());
  return {seen[0], seen[1]};
}

}  // namespace tagloom
