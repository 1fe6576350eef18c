#pragma once

/// Pictures of a data set, and where a model looked at them.

#include "annotation/annotator.hpp"

#include <tagloom/datasets/read.hpp>

#include <opencv2/core/mat.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tagloom::result_page {

class Gallery {
 public:
  /// Throws what datasets::read throws.
  Gallery(const std::filesystem::path& data, const datasets::ReadOptions& reading);
  /// Red green blue; nothing for an image that the data set has not, or whose file cannot be read.
  [[nodiscard]] std::optional<cv::Mat> picture(const std::string& image) const;

 private:
  std::map<std::string, std::filesystem::path> paths_;
};

/// Where a model looked when it said a label.
struct Look {
  std::string label;
  /// The picture in grey with the map over it.
  cv::Mat overlay;
};

class Looker {
 public:
  /// Throws what Annotator throws.
  Looker(annotation::AnnotatorConfig config, const registry::Registry& registry);
  /// In the order in which the model says them now; nothing from a model without attention. The overlays are
  /// of the size of `shown`, which is `rgb` in the size that is wanted.
  [[nodiscard]] std::vector<Look> looks(const cv::Mat& rgb, const cv::Mat& shown) const;

 private:
  annotation::Annotator annotator_;
};

}  // namespace tagloom::result_page
