#include "annotation/exiv2.hpp"

#include <algorithm>
#include <exiv2/exiv2.hpp>
#include <iterator>

namespace tagloom::annotation {
namespace {

constexpr auto kXmpKeywords = "Xmp.dc.subject";
constexpr auto kIptcKeywords = "Iptc.Application2.Keywords";
constexpr auto kIptcCharacters = "Iptc.Envelope.CharacterSet";
/// The escape sequence of ISO 2022 that says UTF-8.
constexpr auto kUtf8 = "\033%G";
/// IPTC's own limit, in bytes.
constexpr std::size_t kLongestIptcKeyword = 64;

using Keywords = std::vector<std::string>;

/// What Exiv2 has to complain of goes to no terminal: whoever calls says what became of the file.
void be_quiet() {
  Exiv2::LogMsg::setLevel(Exiv2::LogMsg::mute);
}

void unite(Keywords& keywords, std::span<const std::string> more) {
  for (const std::string& keyword : more)
    if (std::ranges::find(keywords, keyword) == keywords.end()) keywords.push_back(keyword);
}

Keywords keywords_of(const Exiv2::XmpData& xmp) {
  const auto found = xmp.findKey(Exiv2::XmpKey(kXmpKeywords));
  Keywords keywords;
  if (found == xmp.end()) return keywords;
  for (decltype(found->count()) i = 0; i < found->count(); ++i)
    keywords.push_back(found->toString(i));
  return keywords;
}

Keywords keywords_of(const Exiv2::IptcData& iptc) {
  Keywords keywords;
  for (const Exiv2::Iptcdatum& datum : iptc)
    if (datum.key() == kIptcKeywords) keywords.push_back(datum.toString());
  return keywords;
}

void set_keywords(Exiv2::XmpData& xmp, const Keywords& keywords) {
  Exiv2::XmpArrayValue bag(Exiv2::xmpBag);
  for (const std::string& keyword : keywords)
    bag.read(keyword);
  const Exiv2::XmpKey key(kXmpKeywords);
  if (const auto old = xmp.findKey(key); old != xmp.end()) xmp.erase(old);
  xmp.add(key, &bag);
}

/// Adds those that it lacks.
void add_keywords(Exiv2::IptcData& iptc, const Keywords& keywords) {
  const Keywords had = keywords_of(iptc);
  const Exiv2::IptcKey key(kIptcKeywords);
  for (const std::string& keyword : keywords) {
    if (keyword.size() > kLongestIptcKeyword || std::ranges::find(had, keyword) != had.end()) continue;
    Exiv2::StringValue value(keyword);
    iptc.add(key, &value);
  }
  iptc[kIptcCharacters] = std::string(kUtf8);
}

bool writes(const Exiv2::Image& image, Exiv2::MetadataId what) {
  return (image.checkMode(what) & Exiv2::amWrite) != 0;
}

/// IPTC of before UTF-8 does not say in which characters it is: what it has would be misread behind the mark
/// of UTF-8.
bool is_utf8(const Exiv2::IptcData& iptc) {
  const char* characters = iptc.detectCharset();
  const std::string_view name = characters == nullptr ? "" : characters;
  return iptc.empty() || name == "ASCII" || name == "UTF-8";
}

std::vector<std::byte> bytes_of(Exiv2::BasicIo& io) {
  io.open();
  std::vector<std::byte> bytes(static_cast<std::size_t>(io.size()));
  const auto size = static_cast<long>(bytes.size());
  const auto read = io.read(reinterpret_cast<Exiv2::byte*>(bytes.data()), size);
  io.close();
  bytes.resize(static_cast<std::size_t>(read));
  return bytes;
}

}  // namespace

bool has_exiv2() {
  return true;
}

std::optional<std::string> packet_with_keywords(std::string_view packet,
                                                std::span<const std::string> keywords) {
  be_quiet();
  Exiv2::XmpData xmp;
  std::string written;
  try {
    if (!packet.empty() && Exiv2::XmpParser::decode(xmp, std::string(packet)) != 0) return std::nullopt;
    Keywords all = keywords_of(xmp);
    unite(all, keywords);
    if (!all.empty()) set_keywords(xmp, all);
    constexpr auto kFormat = Exiv2::XmpParser::useCompactFormat | Exiv2::XmpParser::omitPacketWrapper;
    if (Exiv2::XmpParser::encode(written, xmp, kFormat) != 0) return std::nullopt;
  } catch (const Exiv2::Error&) {
    return std::nullopt;
  }
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + written;
}

std::optional<std::vector<std::byte>> picture_with_keywords(std::span<const std::byte> picture,
                                                            std::span<const std::string> keywords) {
  be_quiet();
  try {
    const auto image = Exiv2::ImageFactory::open(reinterpret_cast<const Exiv2::byte*>(picture.data()),
                                                 static_cast<long>(picture.size()));
    if (!writes(*image, Exiv2::mdXmp)) return std::nullopt;
    image->readMetadata();
    Exiv2::IptcData& iptc = image->iptcData();
    const bool takes_iptc = writes(*image, Exiv2::mdIptc) && is_utf8(iptc);
    Keywords all = keywords_of(image->xmpData());
    if (takes_iptc) unite(all, keywords_of(iptc));
    unite(all, keywords);
    if (all.empty()) return std::vector(picture.begin(), picture.end());
    set_keywords(image->xmpData(), all);
    if (takes_iptc) add_keywords(iptc, all);
    image->writeMetadata();
    return bytes_of(image->io());
  } catch (const Exiv2::Error&) {
    return std::nullopt;
  }
}

}  // namespace tagloom::annotation
