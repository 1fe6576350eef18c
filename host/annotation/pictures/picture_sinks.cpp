#include "annotation/pictures/picture_sinks.hpp"

#include "annotation/places.hpp"
#include "drawing/image_file.hpp"

#include <utility>

namespace tagloom::annotation::pictures {

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
  drawing::write_image(place, ".jpg", draw_annotation(image.rgb, annotation, drawing));
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
    drawing::write_image(file_, ".png", contact_sheet(cells_, *settings_.typeface, settings_.no_tags));
}

}  // namespace tagloom::annotation::pictures
