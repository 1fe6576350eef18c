#include "annotation/xmp.hpp"

#include "annotation/exiv2.hpp"
#include "annotation/file_text.hpp"
#include "annotation/places.hpp"

#include <tagloom/base/counted.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/new_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

namespace tagloom::annotation {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> keywords_of(const Annotation& annotation) {
  std::vector<std::string> keywords;
  for (const Tag& tag : annotation.tags)
    // XML has no control characters.
    keywords.push_back(shown(tag.label));
  return keywords;
}

void write_bytes(const fs::path& path, std::span<const std::byte> bytes) {
  NewFile file(path);
  file.write(bytes);
  file.commit();
}

}  // namespace

XmpSink::XmpSink(fs::path folder, Xmp kind, Remark remark)
    : folder_(std::move(folder)), kind_(kind), remark_(std::move(remark)) {}

void XmpSink::write(const Annotation& annotation) {
  kind_ == Xmp::copy ? write_copy(annotation) : write_sidecar(annotation);
}

void XmpSink::write_sidecar(const Annotation& annotation) {
  const fs::path place = place_below(folder_, annotation.name, ".xmp");
  make_folders(folder_, place);
  const auto packet =
      packet_with_keywords(fs::exists(place) ? text_of(place) : std::string(), keywords_of(annotation));
  if (packet)
    replace_file(place, *packet);
  else
    left_alone_.push_back(place);
}

std::string XmpSink::unwritten() const {
  if (left_alone_.empty()) return {};
  constexpr std::size_t kShown = 5;
  std::string text = fmt::format(
      "the keywords of {} were not written; what is in their place cannot be read as XMP "
      "and was left as it is; remove it and annotate these pictures again:",
      counted(left_alone_.size(), "picture"));
  for (const fs::path& sidecar : std::span(left_alone_).first(std::min(kShown, left_alone_.size())))
    text += fmt::format("\n  {}", shown(sidecar));
  if (left_alone_.size() > kShown) text += fmt::format("\n  and {} more", left_alone_.size() - kShown);
  return text;
}

void XmpSink::write_copy(const Annotation& annotation) {
  refuse_original_below(folder_, annotation.file.path, "--xmp-dir");
  const fs::path place = place_below(folder_, annotation.name, "");
  make_folders(folder_, place);
  const std::vector<std::byte> original = features::bytes_of(annotation.file);
  const auto tagged = picture_with_keywords(original, keywords_of(annotation));
  write_bytes(place, tagged ? *tagged : original);
  if (tagged) return;
  write_sidecar(annotation);
  remark_(
      fmt::format("Exiv2 cannot write keywords into {}: the copy is as the original is, and has them beside "
                  "it in {}.xmp.",
                  shown(annotation.name), shown(place)));
}

}  // namespace tagloom::annotation
