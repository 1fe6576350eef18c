#include "annotation/pictures/outputs.hpp"

#include "annotation/exiv2.hpp"
#include "annotation/pictures/picture_sinks.hpp"

#include <tagloom/base/error.hpp>

namespace tagloom::annotation::pictures {
namespace {

using options::Row;

std::string without_drawings(const Outputs& outputs) {
  return outputs.pictures.empty() && outputs.sheet.empty() ? "nothing is drawn without --pictures or --sheet"
                                                           : "";
}

std::string without_xmp(const Outputs& outputs) {
  return outputs.xmp == Xmp::none ? "no keywords are written without --xmp" : "";
}

}  // namespace

const options::Table<Outputs>& option_table() {
  static_assert(kMostOnSheet == 24, "the help says so");
  static const options::Table<Outputs> table = options::group<Outputs>(
      "Pictures",
      {Row("pictures", &Outputs::pictures,
           "draw each picture with its tags as DIR/NAME.tags.jpg; from models with attention, where they "
           "looked, "
           "too")
           .folder(),
       Row("sheet", &Outputs::sheet, "draw the first 24 pictures with their tags on one sheet (.png)"),
       Row("font", &Outputs::font,
           "font of drawings (TrueType or OpenType) for labels that DejaVu Sans lacks")
           .idle_if(without_drawings),
       Row("xmp", &Outputs::xmp,
           "write the tags as keywords for photo software: into an XMP sidecar or a copy of each picture"),
       Row("xmp-dir", &Outputs::xmp_folder, "where these go; the pictures themselves are never changed")
           .folder()
           .idle_if(without_xmp)});
  return table;
}

void check(const Outputs& outputs) {
  options::check(option_table(), outputs);
  if (!outputs.sheet.empty() && outputs.sheet.extension() != ".png")
    throw UsageError("--sheet writes PNG; give a file whose name ends with .png.");
  if (outputs.xmp != Xmp::none && !has_exiv2())
    throw UsageError(
        "--xmp: this build of tagloom has no Exiv2; install the package libexiv2-dev and build tagloom "
        "again.");
  if (outputs.xmp != Xmp::none && outputs.xmp_folder.empty())
    throw UsageError("--xmp needs --xmp-dir, the folder that it writes to.");
  if (without_drawings(outputs).empty()) static_cast<void>(open_typeface(outputs.font));
}

bool wants_attention(const Outputs& outputs) {
  return !outputs.pictures.empty();
}

std::vector<std::unique_ptr<Sink>> sinks(const Outputs& outputs, const OutputSettings& settings) {
  std::vector<std::unique_ptr<Sink>> made;
  if (without_drawings(outputs).empty()) {
    const SinkSettings drawn = {.typeface = open_typeface(outputs.font),
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
