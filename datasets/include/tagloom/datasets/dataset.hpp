#pragma once

/// A data set in memory: the label list, and for each split the images' names, paths and label sets. Pictures
/// stay on disk until someone reads them (images/image.hpp). A plain value: copy it, move it, change it.

#include <tagloom/vocabulary.hpp>

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace tagloom::datasets {

struct Sample {
  /// As the label file spells it; relative to the folder of images.
  std::string image_name;
  std::filesystem::path image_path;
  /// Label indices in the order of annotation, each once; may be empty.
  std::vector<std::int64_t> labels;
};

struct Dataset {
  Vocabulary vocabulary;
  std::vector<Sample> train;
  /// Empty until carve_validation (split.hpp) fills it.
  std::vector<Sample> validation;
  std::vector<Sample> test;
  std::filesystem::path root;
  /// Labels that an image named more than once; the repetitions were dropped when the files were read.
  std::int64_t repeated_labels = 0;
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

/// Throws DataError if an image file of any split is missing; the sentence counts them and names the first
/// few.
void check_images(const Dataset& dataset);

}  // namespace tagloom::datasets
