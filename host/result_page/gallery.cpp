#include "result_page/gallery.hpp"

#include "annotation/pictures/attention_overlay.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/datasets/images/image.hpp>

#include <ATen/ATen.h>

#include <utility>

namespace tagloom::result_page {
namespace {

annotation::AnnotatorConfig with_attention(annotation::AnnotatorConfig config) {
  config.attention = true;
  return config;
}

cv::Mat map_at(const at::Tensor& maps, std::int64_t step) {
  const at::Tensor map = maps.select(0, step).contiguous();
  return cv::Mat(static_cast<int>(map.size(0)), static_cast<int>(map.size(1)), CV_32F, map.data_ptr<float>())
      .clone();
}

}  // namespace

Gallery::Gallery(const std::filesystem::path& data, const datasets::ReadOptions& reading) {
  const datasets::Dataset all = datasets::read(data, reading);
  for (const auto* const split : {&all.train, &all.validation, &all.test})
    for (const datasets::Sample& sample : *split)
      paths_[sample.image_name] = sample.image_path;
}

std::optional<cv::Mat> Gallery::picture(const std::string& image) const {
  const auto found = paths_.find(image);
  if (found == paths_.end()) return std::nullopt;
  try {
    return datasets::read_image(found->second);
  } catch (const DataError&) {
    return std::nullopt;
  }
}

Looker::Looker(annotation::AnnotatorConfig config, const registry::Registry& registry)
    : annotator_(with_attention(std::move(config)), registry) {}

std::vector<Look> Looker::looks(const cv::Mat& rgb, const cv::Mat& shown) const {
  const cv::Mat whole = rgb.isContinuous() ? rgb : rgb.clone();
  const at::Tensor pixels = at::from_blob(whole.data, {whole.rows, whole.cols, 3}, at::kByte);
  const annotation::Findings found = annotator_(at::stack({annotator_.prepared(pixels)})).front();
  if (!found.attention.defined()) return {};
  const cv::Rect seen = annotation::pictures::seen_part(shown.size(), annotator_.preprocessing());
  std::vector<Look> looks;
  for (std::size_t i = 0; i < found.tags.size(); ++i)
    looks.push_back({.label = found.tags[i].label,
                     .overlay = annotation::pictures::with_attention(
                         shown, map_at(found.attention, static_cast<std::int64_t>(i)), seen)});
  return looks;
}

}  // namespace tagloom::result_page
