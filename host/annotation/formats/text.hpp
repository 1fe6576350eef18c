#pragma once

/// For people: "sea/boat.jpg: water 0.93, boat 0.81".

#include "annotation/formats/format.hpp"

namespace tagloom::annotation {

class Text : public Format {
 public:
  /// Lines of more columns go on below, indented, between two tags; with a width of 0 they do not.
  explicit Text(int width) : width_(width) {}
  [[nodiscard]] std::string lines(const Annotation& annotation) const override;
  /// None.
  [[nodiscard]] std::string lines(const Unreadable& picture) const override;

 private:
  int width_;
};

}  // namespace tagloom::annotation
