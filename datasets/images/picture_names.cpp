#include <tagloom/datasets/images/picture_names.hpp>

#include <algorithm>
#include <cctype>
#include <string>

namespace tagloom::datasets {

std::optional<ImageFormat> format_named(std::string_view name) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto* const found = std::ranges::find_if(kPictureEndings, [&](const PictureEnding& known) {
    return lower.size() > known.ending.size() && lower.ends_with(known.ending);
  });
  return found == kPictureEndings.end() ? std::nullopt : std::optional(found->format);
}

bool is_named_as_picture(std::string_view name) {
  return format_named(name).has_value();
}

bool is_hidden(std::string_view name) {
  return name.starts_with('.') || name == "__MACOSX" || name == "@eaDir";
}

}  // namespace tagloom::datasets
