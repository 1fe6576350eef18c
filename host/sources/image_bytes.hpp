#pragma once

/// Reading a member whose size its archive claims.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace tagloom::sources {

/// No image is larger.
inline constexpr std::uint64_t kMostImageBytes = std::numeric_limits<std::int32_t>::max();
inline constexpr const char* kTooLarge = "larger than 2 GiB, which no image is";

/// All that `read` fills spans with until it fills one only in part. Memory grows with what comes, not with
/// what is claimed.
template <class Read>
[[nodiscard]] std::vector<std::byte> read_claimed(std::uint64_t claimed, const Read& read) {
  constexpr std::uint64_t kFirst = 1U << 20U;
  std::vector<std::byte> bytes;
  for (std::size_t done = 0; done < claimed;) {
    bytes.resize(std::min(claimed, std::max(kFirst, std::uint64_t{2} * done)));
    const std::size_t got = read(std::span(bytes).subspan(done));
    done += got;
    if (done == bytes.size()) continue;
    bytes.resize(done);
    break;
  }
  return bytes;
}

}  // namespace tagloom::sources
