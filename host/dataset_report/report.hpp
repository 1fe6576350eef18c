#pragma once

/// What `tagloom dataset info` finds out of a data set, before it becomes text, JSON or a page.

#include <tagloom/datasets/dataset.hpp>
#include <tagloom/datasets/survey/labels.hpp>
#include <tagloom/datasets/survey/pictures.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace tagloom::dataset_report {

struct Report {
  datasets::Dataset data;
  /// Image files that are named in other Unicode characters than in the label files.
  std::int64_t other_spellings = 0;
  datasets::LabelSurvey labels;
  /// Nothing where pictures were not to be looked at.
  std::optional<datasets::PictureSurvey> pictures;

  [[nodiscard]] const std::string& label(std::int64_t index) const { return data.vocabulary.label(index); }
  [[nodiscard]] std::int64_t images() const {
    return static_cast<std::int64_t>(data.train.size() + data.validation.size() + data.test.size());
  }
};

struct ReportOptions {
  /// Look at the image files at all.
  bool images = true;
  /// Decode them, for look-alikes and for damage inside.
  bool thumbnails = true;
  std::size_t threads = 1;
  /// Called after every picture, by one thread at a time.
  std::function<void()> step = [] {};
};

[[nodiscard]] Report report_of(datasets::Dataset data, const ReportOptions& options);

/// "tiny, misnamed": why a person should look at a picture.
[[nodiscard]] std::string oddities_text(const datasets::PictureFacts& facts);

}  // namespace tagloom::dataset_report
