#pragma once

/// For programs: a JSON object a line and picture (jsonlines.org).

#include "annotation/formats/format.hpp"

namespace tagloom::annotation {

class JsonLines : public Format {
 public:
  explicit JsonLines(bool calibrated) : calibrated_(calibrated) {}
  [[nodiscard]] std::string lines(const Annotation& annotation) const override;
  /// With "error" instead of "tags".
  [[nodiscard]] std::string lines(const Unreadable& picture) const override;

 private:
  bool calibrated_;
};

}  // namespace tagloom::annotation
