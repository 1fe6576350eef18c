#include "annotation/pictures/output_options.hpp"

#include <tagloom/base/error.hpp>

namespace tagloom::annotation::pictures {
namespace {

using options::Row;

std::string without_drawings(const Outputs& outputs) {
  return draws(outputs) ? "" : "nothing is drawn without --pictures or --sheet";
}

std::string without_xmp(const Outputs& outputs) {
  return outputs.xmp == Xmp::none ? "no keywords are written without --xmp" : "";
}

}  // namespace

const options::Table<Outputs>& option_table() {
  static const options::Table<Outputs> table = options::group<Outputs>(
      "pictures",
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
  if (outputs.xmp != Xmp::none && outputs.xmp_folder.empty())
    throw UsageError("--xmp needs --xmp-dir, the folder that it writes to.");
}

bool draws(const Outputs& outputs) {
  return !outputs.pictures.empty() || !outputs.sheet.empty();
}

bool wants_attention(const Outputs& outputs) {
  return !outputs.pictures.empty();
}

}  // namespace tagloom::annotation::pictures
