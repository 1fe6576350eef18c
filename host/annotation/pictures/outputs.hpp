#pragma once

/// What `tagloom annotate` leaves behind picture by picture, beside its list of tags: drawings, a contact
/// sheet, keywords.

#include "annotation/annotation.hpp"
#include "annotation/pictures/output_options.hpp"
#include "annotation/xmp.hpp"

#include <tagloom/datasets/images/image.hpp>
#include <tagloom/encoder.hpp>

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tagloom::annotation::pictures {

/// Throws UsageError for what this build cannot do, and a font that is not there: before any picture is read.
void check_possible(const Outputs& outputs);

/// Throws UsageError if one of the pictures lies where the outputs go and might take its place.
void refuse_originals(const Outputs& outputs, std::span<const std::filesystem::path> pictures);

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
