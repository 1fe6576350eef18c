#pragma once

/// What the pictures of a data set are like: their sizes, which are odd or cannot be read, and which are in
/// it twice, above all in two splits at once: a test that repeats training pictures measures memory.

#include <tagloom/datasets/dataset.hpp>
#include <tagloom/datasets/survey/picture_facts.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tagloom::datasets {

/// An image of a data set with what its file says. Elsewhere named by its place in PictureSurvey::pictures.
struct SurveyedPicture {
  /// "train", "validation" or "test".
  std::string split;
  Sample sample;
  PictureFacts facts;
};

/// Pictures of one width and height.
struct SizeCount {
  std::uint64_t width = 0;
  std::uint64_t height = 0;
  std::int64_t images = 0;
};

/// Images whose files have the same content.
struct EqualContent {
  /// At least two, in the order of the data set.
  std::vector<std::size_t> pictures;
  bool across_splits = false;
  /// They do not all have the same set of labels.
  bool other_labels = false;
};

/// Two images that look the same (look.hpp), though their files differ.
struct LookAlike {
  std::size_t first = 0;
  std::size_t second = 0;
  double correlation = 0.0;
  bool across_splits = false;
  bool other_labels = false;
};

struct PictureSurvey {
  /// Training, validation, test, each in the order of the data set.
  std::vector<SurveyedPicture> pictures;
  /// Whether pictures were decoded, without which there are no look-alikes.
  bool decoded = false;
  /// The most common first.
  std::vector<SizeCount> sizes;
  std::vector<std::size_t> missing;
  /// There, but of no use.
  std::vector<std::size_t> unreadable;
  std::vector<std::size_t> odd;
  /// Decoded, but as good as of one colour: not compared.
  std::vector<std::size_t> plain;
  /// Both have those across splits first, then the largest groups and the most alike pairs.
  std::vector<EqualContent> equal;
  std::vector<LookAlike> alike;
  /// Validation and test images that equal, or look like, an image of an earlier split.
  std::int64_t leaked = 0;

  [[nodiscard]] bool has_pictures() const { return missing.size() < pictures.size(); }
};

/// Throws Interrupted if a stop is asked for meanwhile.
[[nodiscard]] PictureSurvey survey_pictures(const Dataset& data, const LookOptions& options);

}  // namespace tagloom::datasets
