#pragma once

/// From which probability on a classifier alone predicts a label.

#include <optional>
#include <string>

namespace tagloom::training {

struct Threshold {
  /// One for all labels, from 0 to 1; nothing: each label's own is fitted on the validation split.
  std::optional<float> fixed = 0.5F;

  static constexpr const char* kTakes = "a probability or \"fitted\"";
  [[nodiscard]] static std::optional<Threshold> from_text(const std::string& text);
  [[nodiscard]] std::string to_text() const;
};

}  // namespace tagloom::training
