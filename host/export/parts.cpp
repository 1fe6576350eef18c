#include "export/parts.hpp"

#include "registry/guarded.hpp"

#include <tagloom/base/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tagloom::torchscript {
namespace {

Tensors as_list(const DecoderState& state) {
  Tensors list;
  for (const auto* group : {&state.tensors, &state.memory})
    for (const auto& [name, tensor] : *group)
      list.push_back(tensor);
  return list;
}

/// `state` with the tensors of the list in place of its own.
DecoderState with(DecoderState state, const Tensors& list) {
  TORCH_CHECK(list.size() == state.tensors.size() + state.memory.size(), "a state of ",
              state.tensors.size() + state.memory.size(), " tensors was given ", list.size());
  auto next = list.begin();
  for (auto* group : {&state.tensors, &state.memory})
    for (auto& [name, tensor] : *group)
      tensor = *next++;
  return state;
}

bool same_names(const std::map<std::string, at::Tensor>& left,
                const std::map<std::string, at::Tensor>& right) {
  return std::ranges::equal(
      left, right, {}, [](const auto& item) { return item.first; },
      [](const auto& item) { return item.first; });
}

}  // namespace

c10::IValue argument(const Tensors& tensors) {
  return c10::List<at::Tensor>(tensors);
}

Parts::Parts(const features::CheckedEncoder& encoder, models::Model& model)
    : encoder_(encoder), model_(model), needs_(model.needs()) {
  for (at::Tensor& parameter : model_.parameters())
    parameter.set_requires_grad(false);
}

Features Parts::features_of(const c10::IValue& list) const {
  const Tensors tensors = list.toTensorVector();
  auto next = tensors.begin();
  Features features;
  if (needs_.pooled) features.pooled = *next++;
  if (needs_.map) features.map = *next++;
  if (next != tensors.end()) features.concepts = *next;
  return features;
}

Tensors Parts::encode(const torch::jit::Stack& arguments) const {
  const Features features = encoder_.encode(arguments.at(0).toTensor(), needs_);
  Tensors list;
  if (needs_.pooled) list.push_back(features.pooled);
  if (needs_.map) list.push_back(features.map);
  return list;
}

Tensors Parts::score(const torch::jit::Stack& arguments) const {
  return registry::guarded("the classifier " + model_.spec().classifier, [&]() -> Tensors {
    return {model_.with_concepts(features_of(arguments.at(0))).concepts};
  });
}

Tensors Parts::begin(const torch::jit::Stack& arguments) const {
  return registry::guarded("the decoder " + model_.spec().decoder,
                           [&] { return as_list(model_.decoder()->begin(features_of(arguments.at(0)))); });
}

Tensors Parts::step(const torch::jit::Stack& arguments) const {
  return registry::guarded("the decoder " + model_.spec().decoder, [&] {
    const DecoderState first = model_.decoder()->begin(features_of(arguments.at(1)));
    const DecoderState state = with(first, arguments.at(2).toTensorVector());
    const DecoderStep next = model_.decoder()->step(arguments.at(0).toTensor(), state);
    if (!same_names(next.state.tensors, first.tensors) || !same_names(next.state.memory, first.memory))
      throw PluginError(fmt::format(
          "The decoder {} cannot be exported: after a step its state consists of other tensors than "
          "before it.",
          model_.spec().decoder));
    Tensors list = as_list(next.state);
    list.insert(list.begin(), next.logits);
    return list;
  });
}

}  // namespace tagloom::torchscript
