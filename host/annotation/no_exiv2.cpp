#include "annotation/exiv2.hpp"

namespace tagloom::annotation {

bool has_exiv2() {
  return false;
}

std::optional<std::string> packet_with_keywords(std::string_view /*packet*/,
                                                std::span<const std::string> /*keywords*/) {
  return std::nullopt;
}

std::optional<std::vector<std::byte>> picture_with_keywords(std::span<const std::byte> /*picture*/,
                                                            std::span<const std::string> /*keywords*/) {
  return std::nullopt;
}

}  // namespace tagloom::annotation
