#include "annotation/formats/format.hpp"

#include "annotation/formats/csv.hpp"
#include "annotation/formats/json_lines.hpp"
#include "annotation/formats/text.hpp"

namespace tagloom::annotation {

std::unique_ptr<Format> make_format(FormatName name, const FormatSettings& settings) {
  switch (name) {
    case FormatName::jsonl:
      return std::make_unique<JsonLines>(settings.calibrated);
    case FormatName::csv:
      return std::make_unique<Csv>();
    default:
      return std::make_unique<Text>(settings.width);
  }
}

}  // namespace tagloom::annotation
