#include "images/segments.hpp"

#include "images/bytes.hpp"

#include <algorithm>

namespace tagloom::datasets {

std::optional<JpegMarkers::Marker> JpegMarkers::next() {
  while (at_ + 1 < file_.size()) {
    const auto code = std::to_integer<unsigned>(file_[at_ + 1]);
    if (file_[at_] != std::byte{0xFF} || code == 0xFF) {  // the compressed picture, garbage, or a fill byte
      ++at_;
    } else if (code == 0x00 || code == 0x01 || (code >= 0xD0 && code <= 0xD8)) {  // no segment follows
      at_ += 2;
    } else if (code == kEndOfImage) {
      at_ += 2;
      return Marker{.code = code, .content = {}};
    } else {
      if (at_ + 4 > file_.size()) break;
      const auto length = std::max<std::uint64_t>(2, big_endian(file_.subspan(at_ + 2, 2)));
      const auto rest = file_.subspan(at_ + 4);
      at_ += 2 + length;
      return Marker{.code = code, .content = rest.first(std::min<std::size_t>(length - 2, rest.size()))};
    }
  }
  return std::nullopt;
}

std::optional<PngChunks::Chunk> PngChunks::next() {
  constexpr std::size_t kAround = 12;  // length, type and checksum
  if (at_ > file_.size() || file_.size() - at_ < kAround) return std::nullopt;
  const auto length = big_endian(file_.subspan(at_, 4));
  if (length > file_.size() - at_ - kAround) return std::nullopt;
  const auto type = file_.subspan(at_ + 4, 4);
  const auto content = file_.subspan(at_ + 8, length);
  at_ += kAround + length;
  return Chunk{.type = {reinterpret_cast<const char*>(type.data()), type.size()}, .content = content};
}

}  // namespace tagloom::datasets
