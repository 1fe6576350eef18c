#include "annotation/pictures/picture_sinks.hpp"

#include "annotation/places.hpp"

#include <tagloom/base/new_file.hpp>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include <span>
#include <utility>

namespace tagloom::annotation::pictures {
namespace {

/// `kind` is the format's usual ending.
void write_image(const std::filesystem::path& path, const std::string& kind, const cv::Mat& rgb) {
  // Letters show no fringes; for JPEG alone.
  const std::vector<int> quality = {cv::IMWRITE_JPEG_QUALITY, 93};
  cv::Mat bgr;
  cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
  std::vector<unsigned char> bytes;
  cv::imencode(kind, bgr, bytes, quality);
  NewFile file(path);
  file.write(std::as_bytes(std::span(bytes)));
  file.commit();
}

}  // namespace

PictureSink::PictureSink(std::filesystem::path folder, SinkSettings settings)
    : folder_(std::move(folder)), settings_(std::move(settings)) {}

void PictureSink::write(const Annotation& annotation) {
  refuse_original_below(folder_, annotation.file.path, "--pictures");
  const auto image = features::load_image(annotation.file, settings_.decode);
  const Drawing drawing = {.typeface = *settings_.typeface,
                           .preprocessing = settings_.preprocessing,
                           .no_tags = settings_.no_tags};
  const std::filesystem::path place = place_below(folder_, annotation.name, ".tags.jpg");
  make_folders(folder_, place);
  write_image(place, ".jpg", draw_annotation(image.rgb, annotation, drawing));
}

SheetSink::SheetSink(std::filesystem::path file, SinkSettings settings)
    : file_(std::move(file)), settings_(std::move(settings)) {}

void SheetSink::write(const Annotation& annotation) {
  if (cells_.size() == kMostOnSheet) return;
  const auto image = features::load_image(annotation.file, settings_.decode);
  cells_.push_back({.thumbnail = thumbnail(image.rgb), .name = annotation.name, .tags = annotation.tags});
}

void SheetSink::finish() {
  if (!cells_.empty())
    write_image(file_, ".png", contact_sheet(cells_, *settings_.typeface, settings_.no_tags));
}

}  // namespace tagloom::annotation::pictures
