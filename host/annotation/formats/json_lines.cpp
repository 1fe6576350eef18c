#include "annotation/formats/json_lines.hpp"

#include <tagloom/base/json_text.hpp>
#include <tagloom/base/name.hpp>

#include <nlohmann/json.hpp>

#include <cmath>

namespace tagloom::annotation {
namespace {

/// Keeps the order in which keys are written here: a person may read it.
using Json = nlohmann::ordered_json;

/// 0.9312 and not 0.93119996786117554: more digits would mean nothing.
double rounded(float confidence) {
  constexpr double kDigits = 1e4;
  return std::round(static_cast<double>(confidence) * kDigits) / kDigits;
}

/// Characters that command a terminal, or cannot be seen, as \uNNNN: what prints the line would show them in
/// a way that is no JSON.
std::string line_of(const Json& json) {
  std::string line = to_json_text(json);
  if (shown(line) != line) line = json.dump(-1, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace);
  return line + '\n';
}

Json begun(const std::string& name, const std::filesystem::path& file) {
  return {{"format", kFormatVersion}, {"name", name}, {"file", file.string()}};
}

}  // namespace

std::string JsonLines::lines(const Annotation& annotation) const {
  Json line = begun(annotation.name, annotation.file.path);
  line["calibrated"] = calibrated_;
  line["tags"] = Json::array();
  for (const Tag& tag : annotation.tags)
    line["tags"].push_back({{"label", tag.label}, {"confidence", rounded(tag.confidence)}});
  return line_of(line);
}

std::string JsonLines::lines(const Unreadable& picture) const {
  Json line = begun(picture.name, picture.file.path);
  line["error"] = picture.sentence;
  return line_of(line);
}

}  // namespace tagloom::annotation
