#include <tagloom/base/counted.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/datasets/dataset.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace tagloom::datasets {
namespace {

/// Labels of validation and test that no training image has.
std::vector<std::string> not_learnable(const Dataset& dataset) {
  const auto train = label_statistics(dataset.vocabulary, dataset.train).counts;
  const auto validation = label_statistics(dataset.vocabulary, dataset.validation).counts;
  const auto test = label_statistics(dataset.vocabulary, dataset.test).counts;
  std::vector<std::string> labels;
  for (std::size_t i = 0; i < train.size(); ++i)
    if (train[i] == 0 && validation[i] + test[i] > 0) labels.push_back(dataset.vocabulary.labels()[i]);
  return labels;
}

std::string some_of(const std::vector<std::string>& labels) {
  constexpr std::size_t kNamed = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(labels.size(), kNamed); ++i)
    text += fmt::format("{}\"{}\"", i == 0 ? "" : ", ", shown(labels[i]));
  return text + (labels.size() > kNamed ? ", ..." : "");
}

}  // namespace

std::vector<std::string> remarks(const Dataset& dataset) {
  std::vector<std::string> sentences = dataset.notes;
  if (dataset.repeated_images > 0)
    sentences.push_back(
        fmt::format("{} of an image that was listed before in its split of {}: such an image counts once, "
                    "with the labels "
                    "of all its listings.",
                    counted(dataset.repeated_images, "listing"), shown(dataset.root)));
  if (dataset.shared_images > 0)
    sentences.push_back(fmt::format(
        "{} of {} stood in two splits and stayed where it is scored, in test or else in validation.",
        counted(dataset.shared_images, "image"), shown(dataset.root)));
  if (dataset.held_out.fraction > 0)
    sentences.push_back(fmt::format(
        "{} has no test split, so {} of its {} images are held out as one (--test-fraction {} --split-seed "
        "{}).",
        shown(dataset.root), dataset.test.size(),
        dataset.test.size() + dataset.train.size() + dataset.validation.size(), dataset.held_out.fraction,
        dataset.held_out.seed));
  // Without training images there is nothing to learn in any case.
  const auto labels = dataset.train.empty() ? std::vector<std::string>() : not_learnable(dataset);
  if (!labels.empty())
    sentences.push_back(fmt::format(
        "no training image of {} has {} that others have, so nothing can learn {} ({}).", shown(dataset.root),
        counted(labels.size(), "label"), labels.size() == 1 ? "it" : "them", some_of(labels)));
  const bool is_scored = !dataset.test.empty() || !dataset.validation.empty();
  const auto unscored = is_scored ? labels_of_one_split(dataset).train : std::vector<std::string>();
  if (!unscored.empty())
    sentences.push_back(fmt::format(
        "only training images of {} have {}, so no score tells how well {} learnt ({}).", shown(dataset.root),
        counted(unscored.size(), "label"), unscored.size() == 1 ? "it is" : "they are", some_of(unscored)));
  return sentences;
}

}  // namespace tagloom::datasets
