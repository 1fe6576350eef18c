#include "annotation/pictures/outputs.hpp"

#include "annotation/exiv2.hpp"
#include "annotation/pictures/picture_sinks.hpp"
#include "annotation/places.hpp"

#include <tagloom/base/error.hpp>

namespace tagloom::annotation::pictures {

void check_possible(const Outputs& outputs) {
  static_assert(kMostOnSheet == 24, "the help of --sheet says so");
  if (outputs.xmp != Xmp::none && !has_exiv2())
    throw UsageError(
        "--xmp: this build of tagloom has no Exiv2; install the package libexiv2-dev and build tagloom "
        "again.");
  if (draws(outputs)) static_cast<void>(drawing::open_typeface(outputs.font));
}

void refuse_originals(const Outputs& outputs, std::span<const std::filesystem::path> pictures) {
  for (const std::filesystem::path& picture : pictures) {
    if (!outputs.pictures.empty()) refuse_original_below(outputs.pictures, picture, "--pictures");
    if (outputs.xmp == Xmp::copy) refuse_original_below(outputs.xmp_folder, picture, "--xmp-dir");
  }
}

std::vector<std::unique_ptr<Sink>> sinks(const Outputs& outputs, const OutputSettings& settings) {
  std::vector<std::unique_ptr<Sink>> made;
  if (draws(outputs)) {
    const SinkSettings drawn = {.typeface = drawing::open_typeface(outputs.font),
                                .preprocessing = settings.preprocessing,
                                .decode = settings.decode,
                                .no_tags = settings.no_tags};
    if (!outputs.pictures.empty()) made.push_back(std::make_unique<PictureSink>(outputs.pictures, drawn));
    if (!outputs.sheet.empty()) made.push_back(std::make_unique<SheetSink>(outputs.sheet, drawn));
  }
  if (outputs.xmp != Xmp::none)
    made.push_back(std::make_unique<XmpSink>(outputs.xmp_folder, outputs.xmp, settings.remark));
  return made;
}

}  // namespace tagloom::annotation::pictures
