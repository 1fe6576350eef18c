#include "dataset_report/figures.hpp"
#include "drawing/scaled.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/datasets/images/image.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace tagloom::dataset_report {
namespace {

constexpr int kBetween = 24;
constexpr int kPictureHeight = 140;

struct Twins {
  std::size_t first = 0;
  std::size_t second = 0;
  std::string why;
  bool across_splits = false;
};

/// Those across splits first, whether their files are equal or they only look alike.
std::vector<Twins> twins_of(const datasets::PictureSurvey& survey) {
  const auto with = [](std::string why, bool other_labels) {
    return why + (other_labels ? ", other labels" : "");
  };
  std::vector<Twins> found;
  for (const datasets::EqualContent& equal : survey.equal) {
    const auto other = std::ranges::find_if(equal.pictures, [&](std::size_t place) {
      return survey.pictures[place].split != survey.pictures[equal.pictures.front()].split;
    });
    found.push_back({equal.pictures.front(), equal.across_splits ? *other : equal.pictures[1],
                     with("equal files", equal.other_labels), equal.across_splits});
  }
  for (const datasets::LookAlike& pair : survey.alike)
    found.push_back({pair.first, pair.second,
                     with(fmt::format("correlation {:.3f}", pair.correlation), pair.other_labels),
                     pair.across_splits});
  std::ranges::stable_partition(found, &Twins::across_splits);
  found.resize(std::min<std::size_t>(found.size(), kMostTwins));
  return found;
}

/// On a ground of that size. A picture that can no longer be read is an empty ground.
cv::Mat thumbnail(const datasets::SurveyedPicture& picture, cv::Size size) {
  cv::Mat ground(size, CV_8UC3, drawing::kMat);
  try {
    const cv::Mat rgb =
        datasets::load_image(picture.sample.image_path,
                             {.sufficient_side = std::max<std::int64_t>(size.width, size.height)})
            .rgb;
    const cv::Size fits = drawing::fitted(rgb.size(), size);
    drawing::scaled(rgb, fits).copyTo(
        ground({{(size.width - fits.width) / 2, (size.height - fits.height) / 2}, fits}));
  } catch (const DataError&) {
    return ground;
  }
  return ground;
}

}  // namespace

int twins_in(const datasets::PictureSurvey& pictures) {
  return static_cast<int>(std::min<std::size_t>(pictures.equal.size() + pictures.alike.size(), kMostTwins));
}

void draw_twins(const Pen& pen, const cv::Rect& area, const datasets::PictureSurvey& pictures) {
  const int cell = (area.width - (kTwinsARow - 1) * kBetween) / kTwinsARow;
  const cv::Size size((cell - 6) / 2, kPictureHeight);
  int number = 0;
  for (const Twins& twins : twins_of(pictures)) {
    const cv::Point at(area.x + number % kTwinsARow * (cell + kBetween),
                       area.y + number / kTwinsARow * kTwinHeight);
    ++number;
    int left = at.x;
    for (const std::size_t place : {twins.first, twins.second}) {
      const datasets::SurveyedPicture& picture = pictures.pictures[place];
      pen.picture({left, at.y}, thumbnail(picture, size));
      pen.fill({left, at.y + size.height, size.width, 5}, color_of_split(picture.split));
      pen.text({left, at.y + size.height + 26}, picture.split, {.size = kSmallSize, .width = size.width});
      pen.text({left, at.y + size.height + 46}, shown(picture.sample.image_name),
               {.size = kSmallSize, .color = drawing::kFaintInk, .width = size.width});
      left += size.width + 6;
    }
    pen.text({at.x, at.y + size.height + 68}, twins.why, {.size = kSmallSize, .width = cell});
  }
}

}  // namespace tagloom::dataset_report
