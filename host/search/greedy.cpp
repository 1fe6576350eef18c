#include "search/greedy.hpp"

#include "search/probabilities.hpp"

#include <tagloom/base/interrupt.hpp>

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

namespace tagloom::search {
namespace {

constexpr double kImpossible = -std::numeric_limits<double>::infinity();

/// All steps of a batch, on the decoder's device.
struct Steps {
  /// `[batch, steps]`
  at::Tensor tokens;
  /// `[batch, steps, labels + 1]`
  at::Tensor log_probs;
  /// `[batch, steps, pixels]`, or undefined.
  at::Tensor attention;
};

/// `[batch, steps]` on the CPU, or undefined.
at::Tensor probabilities_of(const Steps& steps, const Vocabulary& vocabulary, const SearchOptions& options) {
  if (!options.probabilities) return {};
  const at::Tensor own = steps.log_probs.gather(2, steps.tokens.unsqueeze(2)).squeeze(2);
  return (options.allow_repeats ? own.exp()
                                : emitted_probabilities(steps.log_probs, steps.tokens, vocabulary))
      .to(at::kCPU)
      .contiguous();
}

}  // namespace

Search::Tensors Greedy::steps(Decoder& decoder, const Features& features) const {
  const at::NoGradGuard no_grad;
  DecoderState state = decoder.begin(features);
  at::Tensor token =
      at::full({features.batch()}, vocabulary().start(), features.any().options().dtype(at::kLong));
  at::Tensor emitted =
      at::zeros({features.batch(), vocabulary().size() + 1}, token.options().dtype(at::kBool));
  at::Tensor stopped = at::zeros({features.batch()}, token.options().dtype(at::kBool));
  std::vector<at::Tensor> tokens;
  std::vector<at::Tensor> log_probs;
  std::vector<at::Tensor> attention;
  for (std::int64_t t = 0; t <= options().max_labels; ++t) {
    throw_if_stop_requested();
    DecoderStep next = decoder.step(token, state);
    log_probs.push_back(next.logits.to(at::kFloat).log_softmax(1));
    if (t == options().max_labels) {
      token = at::full_like(token, vocabulary().stop());
    } else if (options().allow_repeats) {
      token = log_probs.back().argmax(1);
    } else {
      token = log_probs.back().masked_fill(emitted, kImpossible).argmax(1);
      emitted.scatter_(1, token.unsqueeze(1), true);
      // Stop may follow stop: what comes after the first is cut off.
      emitted.select(1, vocabulary().stop()).fill_(false);
    }
    tokens.push_back(token);
    if (options().attention && next.attention.defined()) attention.push_back(next.attention);
    state = std::move(next.state);
    // On a GPU the answer would cost more than the steps that it saves.
    if (token.is_cpu() && !options().every_step &&
        stopped.logical_or_(token.eq(vocabulary().stop())).all().item<bool>())
      break;
  }
  return {at::stack(tokens, 1), at::stack(log_probs, 1),
          attention.empty() ? at::Tensor() : at::stack(attention, 1)};
}

std::vector<Found> Greedy::found(const Tensors& tensors) const {
  const Steps steps{.tokens = tensors[0], .log_probs = tensors[1], .attention = tensors[2]};
  // Steps up to the first stop, itself included.
  const at::Tensor stops = steps.tokens.eq(vocabulary().stop());
  const at::Tensor counted = stops.cumsum(1).sub(stops.to(at::kLong)).eq(0);
  const at::Tensor step_log_probs =
      steps.log_probs.gather(2, steps.tokens.unsqueeze(2)).squeeze(2).masked_fill(~counted, 0.0);
  const at::Tensor label_scores = steps.log_probs.narrow(2, 0, vocabulary().size())
                                      .masked_fill(~counted.unsqueeze(2), kImpossible)
                                      .amax(1)
                                      .exp()
                                      .to(at::kCPU)
                                      .contiguous();
  const at::Tensor tokens = steps.tokens.to(at::kCPU).contiguous();
  const at::Tensor log_prob = step_log_probs.to(at::kDouble).sum(1).to(at::kCPU).contiguous();
  const at::Tensor attention = steps.attention.defined() ? steps.attention.to(at::kCPU) : at::Tensor();
  const at::Tensor probabilities = probabilities_of(steps, vocabulary(), options());
  const auto rows = tokens.accessor<std::int64_t, 2>();
  std::vector<Found> found(static_cast<std::size_t>(tokens.size(0)));
  for (std::int64_t i = 0; i < tokens.size(0); ++i) {
    Found& image = found[static_cast<std::size_t>(i)];
    Hypothesis best{.log_prob = log_prob.data_ptr<double>()[i]};
    for (std::int64_t t = 0; rows[i][t] != vocabulary().stop(); ++t)
      best.labels.push_back(rows[i][t]);
    const auto length = static_cast<std::int64_t>(best.labels.size()) + 1;
    best.score = best.log_prob / std::pow(static_cast<double>(length), options().length_penalty);
    if (attention.defined()) best.attention = attention[i].narrow(0, 0, length).clone();
    if (probabilities.defined()) {
      const float* first = probabilities.data_ptr<float>() + i * probabilities.size(1);
      best.probabilities.assign(first, first + best.labels.size());
    }
    image.hypotheses.push_back(std::move(best));
    const float* scores = label_scores.data_ptr<float>() + i * vocabulary().size();
    image.label_scores.assign(scores, scores + vocabulary().size());
  }
  return found;
}

}  // namespace tagloom::search
