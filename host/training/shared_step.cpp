#include "training/shared_step.hpp"

#include <ATen/ATen.h>

namespace tagloom::training {

Share share_of(const distributed::World& world, std::span<const std::int64_t> batch) {
  const auto [first, last] = world.part_of(static_cast<std::int64_t>(batch.size()));
  if (first == last) return {.images = {batch.front()}, .counts = false};
  return {.images = {batch.begin() + first, batch.begin() + last}};
}

at::Tensor shared_loss(distributed::World& world, const std::vector<Objective::Term>& terms, bool counts) {
  at::Tensor loss;
  const auto add = [&](const at::Tensor& part) { loss = loss.defined() ? loss + part : part; };
  if (world.is_alone()) {
    for (const Objective::Term& term : terms)
      add(term.mean);
    return loss;
  }
  std::vector<at::Tensor> weights;
  for (const Objective::Term& term : terms)
    weights.push_back(counts ? term.weight : at::zeros_like(term.weight));
  const at::Tensor own = at::stack(weights);
  const at::Tensor all = own.clone();
  world.sum({all}, "adding up the weights of a batch's parts");
  for (std::size_t i = 0; i < terms.size(); ++i)
    add(terms[i].mean * (own / all)[static_cast<std::int64_t>(i)]);
  return loss;
}

void sum_gradients(distributed::World& world, const std::vector<at::Tensor>& parameters,
                   const at::Tensor& loss) {
  if (world.is_alone()) return;
  std::vector<at::Tensor> gradients{loss};
  for (const at::Tensor& parameter : parameters) {
    if (parameter.grad().defined()) gradients.push_back(parameter.grad());
  }
  world.sum(gradients, "adding up gradients");
}

}  // namespace tagloom::training
