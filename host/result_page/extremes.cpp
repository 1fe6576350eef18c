#include "result_page/extremes.hpp"

#include <algorithm>
#include <tuple>

namespace tagloom::result_page {
namespace {

struct Judged {
  Picture picture;
  std::size_t labels = 0;
  /// How probable its wrong labels were together.
  double wrong = 0;
};

bool has(const std::vector<std::int64_t>& labels, std::int64_t label) {
  return std::ranges::find(labels, label) != labels.end();
}

Judged judged(const results::Result& result, std::size_t image) {
  const auto& truth = result.truth[image];
  const auto& said = result.predictions[image];
  Judged judged{.picture = {.image = image}, .labels = truth.size()};
  std::size_t right = 0;
  for (std::size_t i = 0; i < said.size(); ++i) {
    if (has(truth, said[i]))
      ++right;
    else
      judged.wrong += result.probabilities.empty() ? 1.0 : result.probabilities[image][i];
  }
  const std::size_t both = truth.size() + said.size();
  judged.picture.f1 = both == 0 ? 1.0 : 2.0 * static_cast<double>(right) / static_cast<double>(both);
  return judged;
}

std::size_t shared(const std::vector<std::int64_t>& these, const std::vector<std::int64_t>& those) {
  return static_cast<std::size_t>(
      std::ranges::count_if(these, [&](std::int64_t label) { return has(those, label); }));
}

/// From the front, but among equally good ones those that are least like what is chosen already: ten polar
/// bears show less than one.
std::vector<Picture> chosen_of(std::vector<Judged> all, std::size_t count, const results::Result& result) {
  std::vector<Picture> chosen;
  while (chosen.size() < count && !all.empty()) {
    const auto alike = [&](const Judged& candidate) {
      std::size_t labels = 0;
      for (const Picture& picture : chosen)
        labels += shared(result.truth[candidate.picture.image], result.truth[picture.image]);
      return labels;
    };
    const auto end = std::ranges::find_if(
        all, [&](const Judged& judged) { return judged.picture.f1 != all.front().picture.f1; });
    const auto next = std::ranges::min_element(all.begin(), end, {}, alike);
    chosen.push_back(next->picture);
    all.erase(next);
  }
  return chosen;
}

}  // namespace

Extremes extremes(const results::Result& result, std::size_t of_each) {
  std::vector<Judged> all;
  for (std::size_t image = 0; image < result.truth.size(); ++image)
    all.push_back(judged(result, image));
  of_each = std::min(of_each, all.size() / 2);
  Extremes found;
  std::ranges::stable_sort(all, [](const Judged& a, const Judged& b) {
    return std::tuple(-a.picture.f1, b.labels) < std::tuple(-b.picture.f1, a.labels);
  });
  found.best = chosen_of(all, of_each, result);
  std::ranges::stable_sort(all, [](const Judged& a, const Judged& b) {
    return std::tuple(a.picture.f1, -a.wrong) < std::tuple(b.picture.f1, -b.wrong);
  });
  found.worst = chosen_of(all, of_each, result);
  return found;
}

}  // namespace tagloom::result_page
