#include "result_page/picture_data.hpp"

#include "drawing/scaled.hpp"
#include "result_page/data_uri.hpp"
#include "result_page/extremes.hpp"

#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/name.hpp>

#include <algorithm>
#include <vector>

namespace tagloom::result_page {
namespace {

using nlohmann::ordered_json;

bool holds(const std::vector<std::int64_t>& labels, std::int64_t label) {
  return std::ranges::find(labels, label) != labels.end();
}

/// Small pictures stay as they are.
cv::Mat on_page(const cv::Mat& rgb) {
  const cv::Size fitted = drawing::fitted(rgb.size(), {kPictureSide, kPictureSide});
  return fitted.width < rgb.cols ? drawing::scaled(rgb, fitted) : rgb;
}

ordered_json tags_json(const results::Result& result, std::size_t image) {
  ordered_json tags = ordered_json::array();
  const auto& said = result.predictions[image];
  for (std::size_t i = 0; i < said.size(); ++i) {
    ordered_json tag = {{"label", said[i]}, {"right", holds(result.truth[image], said[i])}};
    if (!result.probabilities.empty()) tag["probability"] = result.probabilities[image][i];
    tags.push_back(std::move(tag));
  }
  return tags;
}

ordered_json missed_json(const results::Result& result, std::size_t image) {
  ordered_json missed = ordered_json::array();
  for (const std::int64_t label : result.truth[image])
    if (!holds(result.predictions[image], label)) missed.push_back(label);
  return missed;
}

ordered_json looks_json(const Looker& looker, const cv::Mat& rgb, const Vocabulary& vocabulary) {
  ordered_json looks = ordered_json::array();
  for (const Look& look : looker.looks(rgb, on_page(rgb)))
    if (vocabulary.contains(look.label))
      looks.push_back({{"label", vocabulary.index_of(look.label)}, {"src", data_uri(look.overlay)}});
  return looks;
}

ordered_json cards(const results::Result& result, const std::vector<Picture>& chosen,
                   const PictureOptions& options, ordered_json& pictures) {
  ordered_json all = ordered_json::array();
  for (const auto& [image, f1] : chosen) {
    throw_if_stop_requested();
    const std::string name = shown(result.images[image]);
    const auto rgb = options.gallery.picture(result.images[image]);
    ordered_json card = {{"image", name},
                         {"f1", f1},
                         {"tags", tags_json(result, image)},
                         {"missed", missed_json(result, image)}};
    if (rgb && !pictures.contains(name))
      pictures[name] = {{"src", data_uri(on_page(*rgb))}, {"width", rgb->cols}, {"height", rgb->rows}};
    if (rgb && options.looker != nullptr)
      card["looks"] = looks_json(*options.looker, *rgb, options.vocabulary);
    all.push_back(std::move(card));
  }
  return all;
}

}  // namespace

ordered_json picture_data(const results::Result& result, const PictureOptions& options,
                          ordered_json& pictures) {
  const Extremes found = extremes(result, options.of_each);
  return {{"best", cards(result, found.best, options, pictures)},
          {"worst", cards(result, found.worst, options, pictures)},
          {"attention", options.looker != nullptr}};
}

}  // namespace tagloom::result_page
