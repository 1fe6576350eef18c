#include "search/beam.hpp"
#include "search/beam_steps.hpp"
#include "search/probabilities.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tagloom::search {
namespace {

/// A hypothesis that has stopped. `rows[t]` is its place among those of step t.
struct Path {
  std::vector<std::int64_t> labels;
  std::vector<std::int64_t> rows;
  float log_prob = 0;
  double score = 0;
};

using Paths = std::vector<Path>;

at::Tensor on_cpu(const at::Tensor& tensor) {
  return tensor.to(at::kCPU).contiguous();
}

/// The steps as the host reads them.
class Trace {
 public:
  explicit Trace(const BeamSteps& steps)
      : images_(on_cpu(steps.images)),
        parents_(on_cpu(steps.parents)),
        tokens_(on_cpu(steps.tokens)),
        stopped_(on_cpu(steps.stopped)) {
    for (const at::Tensor& log_probs : steps.log_probs)
      first_.push_back(first_.back() + log_probs.size(0));
  }

  /// Each image's, in no order.
  [[nodiscard]] std::vector<Paths> paths(std::int64_t beam_width) const {
    const std::int64_t batch = first_[1];
    std::vector<Paths> all(static_cast<std::size_t>(batch));
    std::int64_t first_image = 0;
    for (std::size_t t = 0; t + 1 < first_.size(); ++t) {
      const std::int64_t hypotheses = first_[t + 1] - first_[t];
      const std::int64_t width = t == 0 ? 1 : beam_width;
      for (std::int64_t row = 0; row < hypotheses; ++row) {
        if (stopped_.data_ptr<float>()[first_[t] + row] == kNever) continue;
        const std::int64_t image = images_.data_ptr<std::int64_t>()[first_image + row / width];
        all[static_cast<std::size_t>(image)].push_back(path(t, row));
      }
      first_image += hypotheses / width;
    }
    return all;
  }

 private:
  [[nodiscard]] Path path(std::size_t t, std::int64_t row) const {
    Path path{.log_prob = stopped_.data_ptr<float>()[first_[t] + row]};
    path.rows.push_back(row);
    for (; t > 0; --t) {
      const std::int64_t place = first_[t] + path.rows.back();
      path.labels.push_back(tokens_.data_ptr<std::int64_t>()[place]);
      path.rows.push_back(parents_.data_ptr<std::int64_t>()[place]);
    }
    std::ranges::reverse(path.labels);
    std::ranges::reverse(path.rows);
    return path;
  }

  at::Tensor images_;
  at::Tensor parents_;
  at::Tensor tokens_;
  at::Tensor stopped_;
  /// Where each step begins, and after them the end.
  std::vector<std::int64_t> first_ = {0};
};

/// The best come first, as many as are wanted.
void rank(Paths& paths, const SearchOptions& options) {
  for (Path& path : paths)
    path.score =
        path.log_prob / std::pow(static_cast<double>(path.labels.size() + 1), options.length_penalty);
  std::ranges::sort(paths, [](const Path& a, const Path& b) {
    return a.score != b.score ? a.score > b.score : a.labels < b.labels;
  });
  paths.resize(std::min(paths.size(), static_cast<std::size_t>(options.n_best)));
}

/// Where the paths lie in each step, `[steps, paths]` (int64); after a path's end at what is nobody's.
at::Tensor rows_of(const std::vector<const Path*>& paths, std::size_t steps) {
  std::vector<std::int64_t> rows;
  for (std::size_t t = 0; t < steps; ++t) {
    for (const Path* path : paths)
      rows.push_back(t < path->rows.size() ? path->rows[t] : 0);
  }
  return at::tensor(rows, at::kLong).view({static_cast<std::int64_t>(steps), -1});
}

/// What the steps have at those rows, `[paths, steps, ...]`.
at::Tensor along(const std::vector<at::Tensor>& steps, const at::Tensor& rows) {
  std::vector<at::Tensor> found;
  for (std::size_t t = 0; t < steps.size(); ++t)
    found.push_back(steps[t].index_select(0, rows[static_cast<std::int64_t>(t)]));
  return at::stack(found, 1);
}

/// What the paths emit, `[paths, steps]` (int64), from a path's end on stop.
at::Tensor tokens_of(const std::vector<const Path*>& paths, std::int64_t steps, std::int64_t stop) {
  const at::Tensor tokens =
      at::full({static_cast<std::int64_t>(paths.size()), steps}, stop, at::TensorOptions(at::kLong));
  for (std::size_t i = 0; i < paths.size(); ++i)
    std::ranges::copy(paths[i]->labels,
                      tokens.data_ptr<std::int64_t>() + static_cast<std::int64_t>(i) * steps);
  return tokens;
}

/// A row's first `count` numbers.
std::vector<float> numbers(const at::Tensor& rows, std::size_t row, std::size_t count) {
  const float* first = rows.data_ptr<float>() + static_cast<std::int64_t>(row) * rows.size(1);
  return {first, first + count};
}

/// Hypotheses at one place of their images' rankings, each of another image.
struct Alike {
  std::vector<const Path*> paths;
  std::vector<Hypothesis*> hypotheses;
};

/// What the decoder said along them, `[paths, steps, labels + 1]`, as their labels' scores (search::Found).
at::Tensor label_scores(const at::Tensor& said, const Alike& alike, const Vocabulary& vocabulary) {
  std::vector<std::int64_t> lengths;
  for (const Path* path : alike.paths)
    lengths.push_back(static_cast<std::int64_t>(path->rows.size()));
  const at::Tensor after = at::arange(said.size(1), said.options().dtype(at::kLong)).unsqueeze(0) >=
                           at::tensor(lengths, at::kLong).to(said.device()).unsqueeze(1);
  return on_cpu(said.narrow(2, 0, vocabulary.size()).masked_fill(after.unsqueeze(2), kNever).amax(1).exp());
}

void add_probabilities(const at::Tensor& said, const Alike& alike, const Vocabulary& vocabulary,
                       bool allow_repeats) {
  const at::Tensor tokens = tokens_of(alike.paths, said.size(1), vocabulary.stop()).to(said.device());
  const at::Tensor probabilities = on_cpu(allow_repeats ? said.gather(2, tokens.unsqueeze(2)).squeeze(2).exp()
                                                        : emitted_probabilities(said, tokens, vocabulary));
  for (std::size_t i = 0; i < alike.paths.size(); ++i)
    alike.hypotheses[i]->probabilities = numbers(probabilities, i, alike.paths[i]->labels.size());
}

/// `looks` is `[paths, steps, pixels]`.
void add_attention(const at::Tensor& looks, const Alike& alike) {
  for (std::size_t i = 0; i < alike.paths.size(); ++i)
    alike.hypotheses[i]->attention = looks[static_cast<std::int64_t>(i)]
                                         .narrow(0, 0, static_cast<std::int64_t>(alike.paths[i]->rows.size()))
                                         .clone();
}

}  // namespace

std::vector<Found> Beam::found(const Tensors& tensors) const {
  const BeamSteps steps = as_beam_steps(tensors);
  std::vector<Paths> paths = Trace(steps).paths(options().beam_width);
  std::vector<Found> found(paths.size());
  for (std::size_t i = 0; i < paths.size(); ++i) {
    rank(paths[i], options());
    for (const Path& path : paths[i])
      found[i].hypotheses.push_back({.labels = path.labels, .log_prob = path.log_prob, .score = path.score});
  }
  for (std::size_t place = 0; place < static_cast<std::size_t>(options().n_best); ++place) {
    Alike alike;
    for (std::size_t i = 0; i < paths.size(); ++i) {
      if (place >= paths[i].size()) continue;
      alike.paths.push_back(&paths[i][place]);
      alike.hypotheses.push_back(&found[i].hypotheses[place]);
    }
    if (alike.paths.empty()) break;
    const at::Tensor rows = rows_of(alike.paths, steps.log_probs.size()).to(steps.log_probs.front().device());
    if (options().attention && steps.attention.front().defined())
      add_attention(along(steps.attention, rows).to(at::kCPU), alike);
    if (place > 0 && !options().probabilities) continue;
    const at::Tensor said = along(steps.log_probs, rows);
    if (options().probabilities) add_probabilities(said, alike, vocabulary(), options().allow_repeats);
    if (place > 0) continue;
    const at::Tensor scores = label_scores(said, alike, vocabulary());
    for (std::size_t i = 0; i < found.size(); ++i)
      found[i].label_scores = numbers(scores, i, static_cast<std::size_t>(vocabulary().size()));
  }
  return found;
}

}  // namespace tagloom::search
