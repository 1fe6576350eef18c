#pragma once

/// For spreadsheets: a row a tag (RFC 4180, with line feeds).

#include "annotation/formats/format.hpp"

namespace tagloom::annotation {

class Csv : public Format {
 public:
  [[nodiscard]] std::string head() const override;
  /// A picture without tags has one row, whose fields behind the name are empty.
  [[nodiscard]] std::string lines(const Annotation& annotation) const override;
  [[nodiscard]] std::string lines(const Unreadable& picture) const override;
};

}  // namespace tagloom::annotation
