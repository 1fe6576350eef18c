#include "search/beam.hpp"

#include "search/beam_steps.hpp"
#include "search/top_k.hpp"

#include <tagloom/base/interrupt.hpp>

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

namespace tagloom::search {
namespace {

/// kNever stays reserved for what may not be: a continuation of probability zero is still an answer.
constexpr double kLeast = -1e30;

/// The best continuations of each image, best first, `[images, candidates]` each.
struct Candidates {
  at::Tensor log_probs;
  /// Place in the image's beam of the hypothesis that it continues.
  at::Tensor parents;
  at::Tensor tokens;
  /// It may be at all.
  at::Tensor possible;
};

/// The beams of the next step.
struct Beams {
  /// `[images, width]`, best first; kNever where there is no hypothesis.
  at::Tensor log_probs;
  /// `[hypotheses]`, as BeamSteps has them.
  at::Tensor parents;
  at::Tensor tokens;
};

/// One search from its first step to its last.
class Walk {
 public:
  Walk(Decoder& decoder, const Features& features, const Vocabulary& vocabulary,
       const SearchOptions& options);
  BeamSteps run() &&;

 private:
  [[nodiscard]] std::int64_t images() const { return live_.size(0); }
  [[nodiscard]] Candidates candidates(const at::Tensor& log_probs, bool last) const;
  void stop(const Candidates& candidates, std::int64_t t);
  [[nodiscard]] Beams next_beams(const Candidates& candidates) const;
  void end_images(const Beams& next);
  void go_on(const Beams& next, const DecoderState& state);
  void leave_out_done();

  Decoder& decoder_;
  const Vocabulary& vocabulary_;
  const SearchOptions& options_;
  DecoderState state_;
  BeamSteps steps_;
  /// What becomes the members of that name in `steps_`.
  std::vector<at::Tensor> images_;
  std::vector<at::Tensor> parents_;
  std::vector<at::Tensor> tokens_;
  std::vector<at::Tensor> stopped_;
  /// Log probabilities of the beams (Beams).
  at::Tensor live_;
  /// `[hypotheses, labels + 1]`: what may not be emitted again.
  at::Tensor emitted_;
  /// `[images]`
  at::Tensor done_;
  /// Scores of the best `n_best` that have stopped, `[images, n_best]` (float64), best first.
  at::Tensor best_;
  /// How many have stopped, `[images]`.
  at::Tensor pool_;
  std::int64_t width_ = 1;
};

Walk::Walk(Decoder& decoder, const Features& features, const Vocabulary& vocabulary,
           const SearchOptions& options)
    : decoder_(decoder), vocabulary_(vocabulary), options_(options), state_(decoder.begin(features)) {
  const std::int64_t batch = features.batch();
  const auto numbers = features.any().options().dtype(at::kLong);
  images_.push_back(at::arange(batch, numbers));
  parents_.push_back(at::zeros({batch}, numbers));
  tokens_.push_back(at::full({batch}, vocabulary.start(), numbers));
  live_ = at::zeros({batch, 1}, numbers.dtype(at::kFloat));
  emitted_ = at::zeros({batch, vocabulary.size() + 1}, numbers.dtype(at::kBool));
  done_ = at::zeros({batch}, numbers.dtype(at::kBool));
  best_ = at::full({batch, options.n_best}, kNever, numbers.dtype(at::kDouble));
  pool_ = at::zeros({batch}, numbers);
}

Candidates Walk::candidates(const at::Tensor& log_probs, bool last) const {
  const std::int64_t outputs = vocabulary_.size() + 1;
  at::Tensor total = log_probs.view({images(), width_, outputs}) + live_.unsqueeze(2);
  if (last)
    total.narrow(2, 0, vocabulary_.size()).fill_(kNever);
  else if (!options_.allow_repeats)
    total.masked_fill_(emitted_.view({images(), width_, outputs}), kNever);
  TopK best = top_k(total.view({images(), width_ * outputs}), 2 * options_.beam_width);
  return {.log_probs = best.values,
          .parents = best.columns.div(outputs, "floor"),
          .tokens = best.columns.remainder(outputs),
          .possible = best.values.ne(kNever)};
}

/// Stops among the best `beam_width` candidates go to the images' pools.
void Walk::stop(const Candidates& candidates, std::int64_t t) {
  const at::Tensor counts =
      candidates.possible & candidates.tokens.eq(vocabulary_.stop()) & ~done_.unsqueeze(1);
  const std::int64_t among = std::min(options_.beam_width, counts.size(1));
  const at::Tensor stops = counts.narrow(1, 0, among);
  const at::Tensor log_probs = candidates.log_probs.narrow(1, 0, among);
  // What does not stop is written behind the beam, where nobody reads.
  const at::Tensor behind = at::full({}, width_, pool_.options());
  const at::Tensor places = at::where(stops, candidates.parents.narrow(1, 0, among), behind);
  stopped_.push_back(at::full({images(), width_ + 1}, kNever, live_.options())
                         .scatter_(1, places, log_probs)
                         .narrow(1, 0, width_)
                         .flatten());
  const double divisor = std::pow(static_cast<double>(t + 1), options_.length_penalty);
  const at::Tensor scores = log_probs.to(at::kDouble).div(divisor).masked_fill(~stops, kNever);
  best_ = std::get<0>(at::cat({best_, scores}, 1).topk(options_.n_best, 1));
  pool_ = pool_ + stops.sum(1);
}

/// The best `beam_width` labels of each image.
Beams Walk::next_beams(const Candidates& candidates) const {
  const std::int64_t width = options_.beam_width;
  const at::Tensor labels = candidates.possible & candidates.tokens.ne(vocabulary_.stop());
  const at::Tensor places = labels.cumsum(1).sub(1);
  const at::Tensor behind = at::full({}, width, places.options());
  const at::Tensor ranks = at::arange(labels.size(1), places.options()).expand_as(places);
  const at::Tensor chosen = at::full({images(), width + 1}, -1, places.options())
                                .scatter_(1, at::where(labels, places.minimum(behind), behind), ranks)
                                .narrow(1, 0, width);
  // A beam that is not full goes on with hypotheses that are never looked at.
  const at::Tensor missing = chosen.lt(0);
  const at::Tensor rank = chosen.clamp_min(0);
  const at::Tensor first = at::arange(images(), places.options()).mul(width_).unsqueeze(1);
  return {.log_probs = candidates.log_probs.gather(1, rank).masked_fill(missing, kNever),
          .parents = (first + candidates.parents.gather(1, rank).masked_fill(missing, 0)).flatten(),
          .tokens = candidates.tokens.gather(1, rank).masked_fill(missing, vocabulary_.stop()).flatten()};
}

void Walk::go_on(const Beams& next, const DecoderState& state) {
  state_ = state.select(next.parents);
  live_ = next.log_probs;
  images_.push_back(images_.back());
  parents_.push_back(next.parents);
  tokens_.push_back(next.tokens);
  width_ = options_.beam_width;
  if (options_.allow_repeats) return;
  emitted_ = emitted_.index_select(0, next.parents).scatter_(1, next.tokens.unsqueeze(1), true);
  emitted_.select(1, vocabulary_.stop()).fill_(false);
}

void Walk::end_images(const Beams& next) {
  // A log-probability only falls, and divided by the greatest length it is the least negative it can become.
  const double divisor = std::pow(static_cast<double>(options_.max_labels + 1), options_.length_penalty);
  const at::Tensor best_live = next.log_probs.select(1, 0);
  const at::Tensor cannot_come_before =
      best_live.to(at::kDouble).div(divisor).lt(best_.select(1, options_.n_best - 1));
  done_ = done_ | best_live.eq(kNever) | pool_.ge(options_.beam_width) |
          (pool_.ge(options_.n_best) & cannot_come_before);
}

void Walk::leave_out_done() {
  const at::Tensor kept = (~done_).nonzero().squeeze(1);
  if (kept.size(0) == images()) return;
  state_ = state_.select_images(kept, width_);
  const at::Tensor hypotheses = (kept.unsqueeze(1) * width_ + at::arange(width_, kept.options())).flatten();
  for (at::Tensor* each : {&parents_.back(), &tokens_.back()})
    *each = each->index_select(0, hypotheses);
  if (!options_.allow_repeats) emitted_ = emitted_.index_select(0, hypotheses);
  for (at::Tensor* each : {&live_, &done_, &best_, &pool_, &images_.back()})
    *each = each->index_select(0, kept);
}

BeamSteps Walk::run() && {
  for (std::int64_t t = 0; t <= options_.max_labels; ++t) {
    throw_if_stop_requested();
    DecoderStep step = decoder_.step(tokens_.back(), state_);
    steps_.log_probs.push_back(step.logits.to(at::kFloat).log_softmax(1).clamp_min(kLeast));
    steps_.attention.push_back(options_.attention ? step.attention : at::Tensor());
    // What is no number has an answer, too, whose scores say so.
    const Candidates best = candidates(steps_.log_probs.back().nan_to_num(kLeast), t == options_.max_labels);
    stop(best, t);
    if (t == options_.max_labels) break;
    const Beams next = next_beams(best);
    end_images(next);
    // On a GPU the answer would cost more than the steps that it saves.
    const bool asks = done_.is_cpu() && !options_.every_step;
    if (asks && done_.all().item<bool>()) break;
    go_on(next, step.state);
    if (asks) leave_out_done();
  }
  steps_.images = at::cat(images_);
  steps_.parents = at::cat(parents_);
  steps_.tokens = at::cat(tokens_);
  steps_.stopped = at::cat(stopped_);
  return std::move(steps_);
}

}  // namespace

Search::Tensors Beam::steps(Decoder& decoder, const Features& features) const {
  const at::NoGradGuard no_grad;
  return as_tensors(Walk(decoder, features, vocabulary(), options()).run());
}

}  // namespace tagloom::search
