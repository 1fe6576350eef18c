#include "sources/taken.hpp"

#include <tagloom/base/name.hpp>
#include <tagloom/datasets/images/picture_names.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace tagloom::sources {
namespace {

constexpr std::size_t kNamed = 2;

}  // namespace

std::string why_left_out(const std::filesystem::path& path, std::optional<datasets::ImageFormat> format) {
  using datasets::ImageFormat;
  if (format && datasets::is_read(*format)) return "";
  if (format.value_or(ImageFormat::none) == ImageFormat::none &&
      datasets::is_named_as_picture(path.filename().string()))
    return "";
  if (!format) return "that may not be read";
  if (*format == ImageFormat::none) return "of no picture format";
  return fmt::format("of the format {}, which is not read", datasets::to_text(*format));
}

LeftOut::Kind& LeftOut::kind_of(const std::string& what) {
  const auto known = std::ranges::find(kinds_, what, &Kind::what);
  return known != kinds_.end() ? *known : kinds_.emplace_back(Kind{.what = what});
}

void LeftOut::add(std::string_view name, const std::string& what) {
  Kind& kind = kind_of(what);
  ++kind.count;
  if (kind.names.size() < kNamed) kind.names.push_back(shown(name));
}

void LeftOut::add(const LeftOut& others) {
  for (const Kind& other : others.kinds_) {
    Kind& kind = kind_of(other.what);
    kind.count += other.count;
    for (const std::string& name : other.names)
      if (kind.names.size() < kNamed) kind.names.push_back(name);
  }
}

std::string LeftOut::sentence(std::string_view where) const {
  std::vector<std::string> kinds;
  for (const Kind& kind : kinds_)
    kinds.push_back(fmt::format("{} {} ({}{})", kind.count, kind.what, fmt::join(kind.names, ", "),
                                kind.count > static_cast<std::int64_t>(kind.names.size()) ? ", ..." : ""));
  if (kinds.empty()) return "";
  return fmt::format("left out of {}: {}.", where, fmt::join(kinds, "; "));
}

}  // namespace tagloom::sources
