#pragma once

/// How annotations become lines of a file. docs/annotate.md describes the formats.

#include "annotation/annotation.hpp"
#include "options/words.hpp"

#include <array>
#include <memory>
#include <string>

namespace tagloom::annotation {

/// The version of the JSON lines and the CSV.
inline constexpr int kFormatVersion = 1;

enum class FormatName { text, jsonl, csv };

struct FormatSettings {
  /// Columns of the terminal that text is wrapped for; 0: it is not.
  int width = 0;
  /// Whether confidences are calibrated.
  bool calibrated = true;
};

class Format {
 public:
  virtual ~Format() = default;
  /// What the file begins with.
  [[nodiscard]] virtual std::string head() const { return {}; }
  /// Whole lines.
  [[nodiscard]] virtual std::string lines(const Annotation& annotation) const = 0;
  /// May be none: the command names these pictures, too.
  [[nodiscard]] virtual std::string lines(const Unreadable& picture) const = 0;
};

[[nodiscard]] std::unique_ptr<Format> make_format(FormatName name, const FormatSettings& settings);

}  // namespace tagloom::annotation

template <>
struct tagloom::options::Words<tagloom::annotation::FormatName> {
  static constexpr auto kAll =
      std::to_array<Word<annotation::FormatName>>({{annotation::FormatName::text, "text"},
                                                   {annotation::FormatName::jsonl, "jsonl"},
                                                   {annotation::FormatName::csv, "csv"}});
};
