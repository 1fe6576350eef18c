#pragma once

/// Letters that need no font, and remember what was written where.

#include "drawing/typeface.hpp"

#include <opencv2/core/types.hpp>

#include <string>
#include <vector>

namespace tagloom::testing {

/// Each byte is half as wide as the font is large. Draws nothing.
class Letters : public drawing::Typeface {
 public:
  struct Written {
    std::string text;
    cv::Rect place;
  };

  [[nodiscard]] int width(std::string_view text, int size) const override {
    return static_cast<int>(text.size()) * size / 2;
  }
  void draw(cv::Mat& /*rgb*/, std::string_view text, cv::Point at, int size,
            drawing::Color /*color*/) const override {
    if (!text.empty())
      written.push_back({std::string(text), {at.x, at.y - size * 3 / 4, width(text, size), size}});
  }

  [[nodiscard]] std::vector<std::string> texts() const {
    std::vector<std::string> texts;
    for (const Written& each : written)
      texts.push_back(each.text);
    return texts;
  }

  mutable std::vector<Written> written;
};

}  // namespace tagloom::testing
