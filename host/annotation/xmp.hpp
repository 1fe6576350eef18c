#pragma once

/// Tags as keywords where photo software finds them: in a sidecar (`NAME.xmp`) or in a copy of the picture,
/// below a folder. Keywords that are there already stay in front. Originals are only read. Confidences are
/// not written: XMP and IPTC have no field for that of a keyword.

#include "annotation/annotation.hpp"
#include "annotation/xmp_kind.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace tagloom::annotation {

class XmpSink : public Sink {
 public:
  /// Told, in a sentence, of what came out otherwise than asked for.
  using Remark = std::function<void(const std::string& sentence)>;

  /// `kind` is one of the two that write.
  XmpSink(std::filesystem::path folder, Xmp kind, Remark remark);

  /// A picture whose format Exiv2 does not write is copied as it is and gets a sidecar; a sidecar that is
  /// there and cannot be read stays, and its keywords are unwritten. Throws DataError if a file cannot be
  /// read or written, and UsageError if a copy would lie among the originals.
  void write(const Annotation& annotation) override;
  [[nodiscard]] std::string unwritten() const override;

 private:
  void write_sidecar(const Annotation& annotation);
  void write_copy(const Annotation& annotation);

  const std::filesystem::path folder_;
  const Xmp kind_;
  const Remark remark_;
  /// Sidecars that cannot be read.
  std::vector<std::filesystem::path> left_alone_;
};

}  // namespace tagloom::annotation
