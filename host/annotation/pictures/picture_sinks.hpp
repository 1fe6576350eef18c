#pragma once

/// Drawings as files, written whole or not at all: of each picture one, as JPEG, which takes a seventh of
/// PNG's time and a fifth of its size; or of the first ones all on a sheet, as PNG.

#include "annotation/annotation.hpp"
#include "annotation/pictures/contact_sheet.hpp"
#include "annotation/pictures/draw.hpp"

#include <tagloom/datasets/images/image.hpp>

#include <filesystem>
#include <memory>
#include <vector>

namespace tagloom::annotation::pictures {

/// What the sinks draw with, and how they read the pictures, again.
struct SinkSettings {
  std::shared_ptr<const drawing::Typeface> typeface;
  Preprocessing preprocessing;
  datasets::DecodeOptions decode;
  std::string no_tags = "no tag";
};

/// `FOLDER/NAME.tags.jpg` a picture.
class PictureSink : public Sink {
 public:
  PictureSink(std::filesystem::path folder, SinkSettings settings);
  /// Throws UsageError if the picture lies in the folder, DataError if it can no longer be read or its
  /// drawing not be written.
  void write(const Annotation& annotation) override;

 private:
  const std::filesystem::path folder_;
  const SinkSettings settings_;
};

/// The first kMostOnSheet pictures, once all are annotated.
class SheetSink : public Sink {
 public:
  SheetSink(std::filesystem::path file, SinkSettings settings);
  /// Throws DataError if the picture can no longer be read.
  void write(const Annotation& annotation) override;
  /// Throws DataError if the sheet cannot be written. Without pictures there is none.
  void finish() override;
  [[nodiscard]] bool needs_earlier() const override { return cells_.size() < kMostOnSheet; }

 private:
  const std::filesystem::path file_;
  const SinkSettings settings_;
  std::vector<SheetCell> cells_;
};

}  // namespace tagloom::annotation::pictures
