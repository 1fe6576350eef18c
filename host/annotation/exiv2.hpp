#pragma once

/// Keywords in metadata, by Exiv2: from bytes to bytes, for whoever reads and writes the files. A build may
/// lack it.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom::annotation {

/// Whether this build has Exiv2; the functions below must not be called without.
[[nodiscard]] bool has_exiv2();

/// An XMP packet, as sidecars are, with these keywords behind those in its `dc:subject`; the rest of it
/// stays. An empty one is a new one. Nothing if it cannot be read as XMP.
[[nodiscard]] std::optional<std::string> packet_with_keywords(std::string_view packet,
                                                              std::span<const std::string> keywords);

/// The file of a picture with these keywords behind those it has, in its XMP (`dc:subject`) and, where the
/// format holds it, in its IPTC; the rest of it stays, bit for bit what is decoded to pixels. Nothing if
/// Exiv2 does not write the format, or cannot read this file.
[[nodiscard]] std::optional<std::vector<std::byte>> picture_with_keywords(
    std::span<const std::byte> picture, std::span<const std::string> keywords);

}  // namespace tagloom::annotation
