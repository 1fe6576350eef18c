#include "annotation/places.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/hash.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

namespace tagloom::annotation {
namespace {

namespace fs = std::filesystem;

/// What Linux's file systems take, less NewFile's ".partial".
constexpr std::size_t kLongestName = 255 - 8;

/// Whether it is the word, or the word with underscores behind it.
bool is_taken_for(std::string_view part, std::string_view word) {
  return part.starts_with(word) && part.find_first_not_of('_', word.size()) == std::string_view::npos;
}

std::string as_component(const std::string& part) {
  if (part == "..") return "up";
  return is_taken_for(part, "up") || is_taken_for(part, "root") ? part + "_" : part;
}

/// The beginning of a UTF-8 text, of at most so many bytes and without half a character.
std::string beginning(const std::string& text, std::size_t bytes) {
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U)
    --bytes;
  return text.substr(0, bytes);
}

std::string shortened(const std::string& part, std::size_t longest) {
  if (part.size() <= longest) return part;
  const std::string hash = "~" + Hasher().update(part).hex();
  return beginning(part, longest - hash.size()) + hash;
}

}  // namespace

fs::path place_below(const fs::path& folder, const std::string& name, std::string_view suffix) {
  const fs::path path = fs::path(name).lexically_normal();
  fs::path place = folder;
  if (path.has_root_directory()) place /= "root";
  const fs::path below = path.relative_path();
  for (auto part = below.begin(); part != below.end(); ++part) {
    const bool is_file = std::next(part) == below.end();
    place /= shortened(as_component(part->native()), kLongestName - (is_file ? suffix.size() : 0));
  }
  place += suffix;
  return place;
}

void make_folders(const fs::path& folder, const fs::path& place) {
  // The user's own folder may be behind a link; those below it are ours.
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) create_folder(folder);
  fs::path each = folder;
  const fs::path below = place.parent_path().lexically_relative(folder);
  for (const fs::path& part : below) {
    if (part == ".") continue;
    each /= part;
    create_folder(each);
  }
}

void refuse_original_below(const fs::path& folder, const fs::path& picture, std::string_view option) {
  std::error_code failure;
  const fs::path ours = fs::weakly_canonical(folder, failure);
  if (failure) return;
  const fs::path theirs = fs::weakly_canonical(picture, failure);
  if (failure) return;
  const auto differ = std::ranges::mismatch(ours, theirs);
  if (differ.in1 != ours.end()) return;
  throw UsageError(fmt::format(
      "{} lies in {}, the folder that {} writes to, and originals are never touched; give {} another folder.",
      shown(picture), shown(folder), option, option));
}

}  // namespace tagloom::annotation
