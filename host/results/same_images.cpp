#include "results/same_images.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace tagloom::results {
namespace {

std::string who(const Result& result) {
  return fmt::format("{} ({})", shown(result.name), shown(result.file));
}

void require_truth(const Result& result) {
  if (result.truth.empty())
    throw DataError(fmt::format(
        "{} was written by a version of tagloom that did not record what is true of each image; run "
        "`tagloom evaluate --json` again.",
        shown(result.file)));
}

/// Both sorted.
std::vector<std::string> only_in(const std::vector<std::string>& these,
                                 const std::vector<std::string>& those) {
  std::vector<std::string> left;
  std::ranges::set_difference(these, those, std::back_inserter(left));
  return left;
}

std::string some(const std::vector<std::string>& images, const Result& result) {
  return fmt::format("{} {} only in {} (such as {})", images.size(), images.size() == 1 ? "is" : "are",
                     who(result), shown(images.front()));
}

/// The same images, some with other labels.
void require_same_truth(const Result& first, const Result& second) {
  std::size_t count = 0;
  std::string example;
  for (std::size_t i = 0; i < first.images.size(); ++i) {
    auto one = first.truth[i];
    auto other = second.truth[i];
    std::ranges::sort(one);
    std::ranges::sort(other);
    if (one == other) continue;
    if (count++ == 0) example = shown(first.images[i]);
  }
  if (count > 0)
    throw DataError(fmt::format(
        "{} and {} are of the same images, but {} of {} have other labels (such as {}); score both on "
        "one data set.",
        who(first), who(second), count, first.images.size(), example));
}

std::vector<std::int64_t> renumbered(const std::vector<std::int64_t>& labels, const Vocabulary& from,
                                     const Vocabulary& to) {
  std::vector<std::int64_t> indices;
  for (const std::int64_t label : labels)
    indices.push_back(to.index_of(from.label(label)));
  return indices;
}

std::vector<std::string> sorted(const Vocabulary& vocabulary) {
  std::vector<std::string> labels = vocabulary.labels();
  std::ranges::sort(labels);
  return labels;
}

/// "it lacks 2 of theirs (such as moon), and 1 of its own is not among theirs (such as sun)".
std::string what_differs(const std::vector<std::string>& added, const std::vector<std::string>& missing) {
  std::string words;
  if (!missing.empty())
    words = fmt::format("it lacks {} of theirs (such as {})", missing.size(), shown(missing.front()));
  if (!added.empty())
    words += fmt::format("{}{} of its own {} not among theirs (such as {})", words.empty() ? "" : ", and ",
                         added.size(), added.size() == 1 ? "is" : "are", shown(added.front()));
  return words;
}

std::vector<float> in_order_of(const Vocabulary& to, const Vocabulary& from,
                               const std::vector<float>& scores) {
  std::vector<float> ordered(scores.size());
  for (std::size_t i = 0; i < scores.size(); ++i)
    ordered[static_cast<std::size_t>(to.index_of(from.labels()[i]))] = scores[i];
  return ordered;
}

}  // namespace

void require_same_images(const Result& first, const Result& second) {
  require_truth(first);
  require_truth(second);
  const auto missing = only_in(first.images, second.images);
  const auto added = only_in(second.images, first.images);
  if (missing.empty() && added.empty()) return require_same_truth(first, second);
  std::string what;
  if (!missing.empty()) what = some(missing, first);
  if (!added.empty()) what += (what.empty() ? "" : ", ") + some(added, second);
  throw DataError(
      fmt::format("results can be compared on the same images only, but {}; score both on one split.", what));
}

std::vector<Result> renumbered(const ResultFile& file, const Vocabulary& vocabulary) {
  std::vector<Result> results = file.results;
  if (file.vocabulary == vocabulary) return results;
  const auto added = only_in(sorted(file.vocabulary), sorted(vocabulary));
  const auto missing = only_in(sorted(vocabulary), sorted(file.vocabulary));
  if (!added.empty() || !missing.empty())
    throw DataError(
        fmt::format("{} has other labels than the results before it: {}; results can be compared on the same "
                    "labels only.",
                    shown(file.path), what_differs(added, missing)));
  for (Result& result : results) {
    for (auto& labels : result.truth)
      labels = renumbered(labels, file.vocabulary, vocabulary);
    for (auto& labels : result.predictions)
      labels = renumbered(labels, file.vocabulary, vocabulary);
    for (auto& scores : result.scores)
      scores = in_order_of(vocabulary, file.vocabulary, scores);
  }
  return results;
}

}  // namespace tagloom::results
