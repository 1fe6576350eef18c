#pragma once

/// Content hashes for fingerprints: 128-bit XXH3, printed as 32 hexadecimal digits. Not for security.

#include <tagloom/base/export.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace tagloom {

class TAGLOOM_API Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  Hasher& update(std::span<const std::byte> bytes);
  /// The text and its length, so that ("ab", "c") and ("a", "bc") differ.
  Hasher& update(std::string_view text);

  [[nodiscard]] std::string hex() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tagloom
