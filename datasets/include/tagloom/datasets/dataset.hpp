#pragma once

/// A data set in memory: the label list, and for each split the images' names, paths and label sets. Pictures
/// stay on disk until someone reads them (images/image.hpp). A plain value: copy it, move it, change it.

#include <tagloom/vocabulary.hpp>

#include <compare>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace tagloom::datasets {

struct Sample {
  /// As the label file spells it; relative to the data set's folder of images.
  std::string image_name;
  std::filesystem::path image_path;
  /// Label indices in the order of annotation, each once; may be empty.
  std::vector<std::int64_t> labels;
};

/// A test split drawn from the images of a data set that has none (hold_out_test, split.hpp).
struct HeldOut {
  double fraction = 0;
  std::uint64_t seed = 0;

  auto operator<=>(const HeldOut&) const = default;
};

struct Dataset {
  Vocabulary vocabulary;
  std::vector<Sample> train;
  /// The data set's own, or what carve_validation (split.hpp) fills it with.
  std::vector<Sample> validation;
  std::vector<Sample> test;
  /// Where it was read from: a folder, or a file of labels.
  std::filesystem::path root;
  /// The folder that names of images are relative to.
  std::filesystem::path images;
  /// Its layout (read.hpp).
  std::string layout;
  /// How the test split was drawn; a fraction of 0 for one that is the data set's own, or none.
  HeldOut held_out;
  /// Labels that an image named more than once; the repetitions were dropped when the files were read.
  std::int64_t repeated_labels = 0;
  /// Listings of an image that was listed before in its split; they are one image, with the labels of all.
  std::int64_t repeated_images = 0;
  /// Images that two splits listed; they were kept where they are scored: in test, else in validation.
  std::int64_t shared_images = 0;
  /// What was left out or taken otherwise than one may think, in whole sentences.
  std::vector<std::string> notes;
};

/// What one split looks like.
struct SplitSummary {
  std::int64_t images = 0;
  /// Labels per image; 0 for an empty split.
  double mean_labels = 0.0;
  std::int64_t most_labels = 0;
  std::int64_t images_without_label = 0;
  /// Labels of the vocabulary that no image of this split has. Of the training split: what cannot be learnt.
  std::int64_t labels_without_image = 0;
};

/// How often each label occurs in `samples`. Throws DataError if a sample has a label outside `vocabulary`.
[[nodiscard]] LabelStatistics label_statistics(const Vocabulary& vocabulary, std::span<const Sample> samples);

/// The largest number of labels of one image; 0 if there is no image.
[[nodiscard]] std::int64_t max_labels(std::span<const Sample> samples);

[[nodiscard]] SplitSummary summarize(const Vocabulary& vocabulary, std::span<const Sample> samples);

/// Labels that images of one split have and none of the others, in the order of the vocabulary.
struct LabelsOfOneSplit {
  std::vector<std::string> train;
  std::vector<std::string> validation;
  std::vector<std::string> test;
};

[[nodiscard]] LabelsOfOneSplit labels_of_one_split(const Dataset& dataset);

/// The same data set with its labels numbered as in `vocabulary`, since labels are matched by name; as it was
/// where that has not the same labels.
[[nodiscard]] Dataset numbered_as(Dataset dataset, const Vocabulary& vocabulary);

/// What a user should know of the data set before training on it, in whole sentences: its notes, images that
/// were listed twice, a test split that was drawn, labels that cannot be learnt, or
/// are never scored.
[[nodiscard]] std::vector<std::string> remarks(const Dataset& dataset);

/// Throws DataError if an image file of any split is missing; the sentence counts them and names the first
/// few.
void check_images(const Dataset& dataset);

}  // namespace tagloom::datasets
