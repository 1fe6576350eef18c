#pragma once

/// What `tagloom annotate` leaves behind picture by picture, beside its list of tags: drawings, a contact
/// sheet, keywords.

#include "annotation/annotation.hpp"
#include "annotation/xmp.hpp"
#include "options/table.hpp"

#include <tagloom/datasets/images/image.hpp>
#include <tagloom/encoder.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace tagloom::annotation::pictures {

struct Outputs {
  /// Folder for drawings; none if empty, as below.
  std::filesystem::path pictures;
  /// File for the contact sheet.
  std::filesystem::path sheet;
  std::filesystem::path font;
  Xmp xmp = Xmp::none;
  std::filesystem::path xmp_folder;
};

/// A row an option, in the command line's words.
const options::Table<Outputs>& option_table();

/// Throws UsageError for what makes no sense together, what this build cannot do, and a font that is not
/// there: before any picture is read.
void check(const Outputs& outputs);

/// Whether annotations should come with attention, from models that have it.
[[nodiscard]] bool wants_attention(const Outputs& outputs);

struct OutputSettings {
  /// The encoder's: says what of a picture its maps cover.
  Preprocessing preprocessing;
  /// As the pictures were decoded for the encoder.
  datasets::DecodeOptions decode;
  /// On drawings in place of tags, e.g. "no tag above 0.5".
  std::string no_tags = "no tag";
  XmpSink::Remark remark = [](const std::string&) {};
};

/// One for each output that is asked for.
[[nodiscard]] std::vector<std::unique_ptr<Sink>> sinks(const Outputs& outputs,
                                                       const OutputSettings& settings);

}  // namespace tagloom::annotation::pictures
