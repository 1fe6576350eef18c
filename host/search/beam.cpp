#include "search/probabilities.hpp"
#include "search/search.hpp"
#include "search/top_k.hpp"

#include <tagloom/base/interrupt.hpp>

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace tagloom::search {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();

/// A sequence while it is being searched. `rows[t]` is its row among the hypotheses of step t, by which what
/// the decoder said at that step is found again.
struct Path {
  std::vector<std::int64_t> labels;
  std::vector<std::int64_t> rows;
  float log_prob = 0;
};

/// One image that is still being searched.
struct Image {
  std::size_t index = 0;
  /// At most `beam_width`, best first.
  std::vector<Path> live;
  std::vector<Path> finished;
};

/// What the decoder said at one step, `[hypotheses, ...]`.
struct StepRecord {
  at::Tensor log_probs;
  at::Tensor attention;
};

class BeamSearch {
 public:
  BeamSearch(Decoder& decoder, const Features& features, const Vocabulary& vocabulary,
             const SearchOptions& options);
  std::vector<Found> run() &&;

 private:
  at::Tensor continuations(const at::Tensor& log_probs, bool last) const;
  void extend(Image& image, const std::vector<Candidate>& candidates, std::int64_t first_row) const;
  bool done(const Image& image) const;
  double score(float log_prob, std::size_t labels) const;
  void advance(DecoderState state);
  Found found(Image image) const;
  at::Tensor said_along(const Path& path) const;
  std::vector<float> probabilities_of(const Path& path) const;
  at::Tensor long_tensor(const std::vector<std::int64_t>& values) const;

  Decoder& decoder_;
  const Vocabulary& vocabulary_;
  const SearchOptions& options_;
  at::Device device_;
  std::vector<Image> images_;
  std::vector<Found> results_;
  std::vector<StepRecord> steps_;
  DecoderState state_;
  at::Tensor tokens_;
  /// Hypotheses of each image in `state_`: one before the first step, then `beam_width`.
  std::int64_t width_ = 1;
};

BeamSearch::BeamSearch(Decoder& decoder, const Features& features, const Vocabulary& vocabulary,
                       const SearchOptions& options)
    : decoder_(decoder),
      vocabulary_(vocabulary),
      options_(options),
      device_(features.any().device()),
      state_(decoder.begin(features)) {
  const std::int64_t batch = features.batch();
  results_.resize(static_cast<std::size_t>(batch));
  for (std::size_t i = 0; i < results_.size(); ++i)
    images_.push_back({.index = i, .live = {Path{}}, .finished = {}});
  tokens_ = at::full({batch}, vocabulary.start(), at::TensorOptions(device_).dtype(at::kLong));
}

at::Tensor BeamSearch::long_tensor(const std::vector<std::int64_t>& values) const {
  return at::tensor(values, at::kLong).to(device_);
}

double BeamSearch::score(float log_prob, std::size_t labels) const {
  return log_prob / std::pow(static_cast<double>(labels + 1), options_.length_penalty);
}

/// Log-probabilities of all continuations, `[images, width * (labels + 1)]`; those that may not be are never.
at::Tensor BeamSearch::continuations(const at::Tensor& log_probs, bool last) const {
  const std::int64_t outputs = vocabulary_.size() + 1;
  const auto images = static_cast<std::int64_t>(images_.size());
  at::Tensor so_far = at::full({images, width_, 1}, kNever, at::kFloat);
  std::vector<std::int64_t> banned;
  for (std::int64_t i = 0; i < images; ++i) {
    const Image& image = images_[static_cast<std::size_t>(i)];
    for (std::size_t j = 0; j < image.live.size(); ++j) {
      const std::int64_t row = i * width_ + static_cast<std::int64_t>(j);
      so_far.data_ptr<float>()[row] = image.live[j].log_prob;
      if (options_.allow_repeats || last) continue;
      for (const std::int64_t label : image.live[j].labels)
        banned.push_back(row * outputs + label);
    }
  }
  at::Tensor total = log_probs.view({images, width_, outputs}) + so_far.to(device_);
  if (last) total.narrow(2, 0, vocabulary_.size()).fill_(kNever);
  if (!banned.empty()) total.view({-1}).index_fill_(0, long_tensor(banned), kNever);
  return total.view({images, width_ * outputs});
}

/// Shares an image's best continuations out to its finished pool and its next beam.
void BeamSearch::extend(Image& image, const std::vector<Candidate>& candidates,
                        std::int64_t first_row) const {
  const std::int64_t outputs = vocabulary_.size() + 1;
  const auto width = static_cast<std::size_t>(options_.beam_width);
  std::vector<Path> next;
  for (std::size_t rank = 0; rank < candidates.size() && next.size() < width; ++rank) {
    const auto [log_prob, index] = candidates[rank];
    if (log_prob == kNever) break;
    const std::int64_t token = index % outputs;
    if (token == vocabulary_.stop() && rank >= width) continue;
    Path path = image.live[static_cast<std::size_t>(index / outputs)];
    path.rows.push_back(first_row + index / outputs);
    path.log_prob = log_prob;
    if (token == vocabulary_.stop()) {
      image.finished.push_back(std::move(path));
    } else {
      path.labels.push_back(token);
      next.push_back(std::move(path));
    }
  }
  image.live = std::move(next);
}

bool BeamSearch::done(const Image& image) const {
  if (image.live.empty() || image.finished.size() >= static_cast<std::size_t>(options_.beam_width))
    return true;
  const auto wanted = static_cast<std::size_t>(options_.n_best);
  if (image.finished.size() < wanted) return false;
  std::vector<double> scores;
  for (const Path& path : image.finished)
    scores.push_back(score(path.log_prob, path.labels.size()));
  std::ranges::nth_element(scores, scores.begin() + options_.n_best - 1, std::greater<>());
  // A log-probability only falls, and divided by the greatest length it is the least negative it can become.
  const double best_to_come =
      score(image.live.front().log_prob, static_cast<std::size_t>(options_.max_labels));
  return best_to_come < scores[wanted - 1];
}

/// Brings the decoder's state to the new beams, without the images that are done.
void BeamSearch::advance(DecoderState state) {
  std::vector<std::int64_t> kept;
  std::vector<std::int64_t> parents;
  std::vector<std::int64_t> tokens;
  std::vector<Image> going_on;
  const std::int64_t images = static_cast<std::int64_t>(images_.size());
  for (std::int64_t i = 0; i < images; ++i) {
    Image& image = images_[static_cast<std::size_t>(i)];
    const bool goes_on = !done(image);
    if (goes_on) kept.push_back(i);
    for (std::int64_t j = 0; j < options_.beam_width; ++j) {
      // A beam that is not full goes on with rows that are never looked at.
      const bool alive = goes_on && j < static_cast<std::int64_t>(image.live.size());
      const Path* path = alive ? &image.live[static_cast<std::size_t>(j)] : nullptr;
      parents.push_back(path != nullptr ? path->rows.back() : i * width_);
      if (goes_on) tokens.push_back(path != nullptr ? path->labels.back() : vocabulary_.stop());
    }
    if (goes_on)
      going_on.push_back(std::move(image));
    else
      results_[image.index] = found(std::move(image));
  }
  images_ = std::move(going_on);
  if (images_.empty()) return;
  state_ = state.select(long_tensor(parents));
  width_ = options_.beam_width;
  if (static_cast<std::int64_t>(kept.size()) < images)
    state_ = state_.select_images(long_tensor(kept), width_);
  tokens_ = long_tensor(tokens);
}

/// `[labels + 1, labels of the vocabulary + 1]`: the log probabilities at each step of a finished path.
at::Tensor BeamSearch::said_along(const Path& path) const {
  std::vector<at::Tensor> said;
  for (std::size_t t = 0; t < path.rows.size(); ++t)
    said.push_back(steps_[t].log_probs[path.rows[t]]);
  return at::stack(said);
}

std::vector<float> BeamSearch::probabilities_of(const Path& path) const {
  if (!options_.probabilities) return {};
  std::vector<std::int64_t> tokens = path.labels;
  tokens.push_back(vocabulary_.stop());
  const at::Tensor along = said_along(path);
  const at::Tensor emitted = long_tensor(tokens);
  const at::Tensor probabilities =
      (options_.allow_repeats ? along.gather(1, emitted.unsqueeze(1)).squeeze(1).exp()
                              : emitted_probabilities(along, emitted, vocabulary_))
          .to(at::kCPU)
          .contiguous();
  return {probabilities.data_ptr<float>(), probabilities.data_ptr<float>() + path.labels.size()};
}

Found BeamSearch::found(Image image) const {
  const auto better = [&](const Path& a, const Path& b) {
    const double a_score = score(a.log_prob, a.labels.size());
    const double b_score = score(b.log_prob, b.labels.size());
    return a_score != b_score ? a_score > b_score : a.labels < b.labels;
  };
  std::ranges::sort(image.finished, better);
  image.finished.resize(std::min(image.finished.size(), static_cast<std::size_t>(options_.n_best)));
  Found result;
  for (const Path& path : image.finished) {
    Hypothesis hypothesis{.labels = path.labels,
                          .log_prob = path.log_prob,
                          .score = score(path.log_prob, path.labels.size()),
                          .attention = {},
                          .probabilities = probabilities_of(path)};
    if (options_.attention && steps_.front().attention.defined()) {
      std::vector<at::Tensor> looks;
      for (std::size_t t = 0; t < path.rows.size(); ++t)
        looks.push_back(steps_[t].attention[path.rows[t]]);
      hypothesis.attention = at::stack(looks).to(at::kCPU);
    }
    result.hypotheses.push_back(std::move(hypothesis));
  }
  const at::Tensor scores = said_along(image.finished.front()).amax(0).exp().to(at::kCPU).contiguous();
  result.label_scores.assign(scores.data_ptr<float>(), scores.data_ptr<float>() + vocabulary_.size());
  return result;
}

std::vector<Found> BeamSearch::run() && {
  for (std::int64_t t = 0; t <= options_.max_labels && !images_.empty(); ++t) {
    throw_if_stop_requested();
    DecoderStep step = decoder_.step(tokens_, state_);
    // Never stays reserved for what may not be: a continuation of probability zero is still an answer.
    constexpr double kLeast = -1e30;
    const at::Tensor log_probs = step.logits.to(at::kFloat).log_softmax(1).clamp_min(kLeast);
    steps_.push_back({log_probs, options_.attention ? step.attention : at::Tensor()});
    const auto candidates =
        top_k(continuations(log_probs, t == options_.max_labels), 2 * options_.beam_width);
    for (std::size_t i = 0; i < images_.size(); ++i)
      extend(images_[i], candidates[i], static_cast<std::int64_t>(i) * width_);
    advance(std::move(step.state));
  }
  return std::move(results_);
}

}  // namespace

std::vector<Found> beam(Decoder& decoder, const Features& features, const Vocabulary& vocabulary,
                        const SearchOptions& options) {
  const at::NoGradGuard no_grad;
  return BeamSearch(decoder, features, vocabulary, options).run();
}

}  // namespace tagloom::search
