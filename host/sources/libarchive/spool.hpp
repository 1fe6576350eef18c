#pragma once

/// Images of a packed tar, one behind another in a temporary file.

#include "sources/libarchive/tar_pass.hpp"

#include <tagloom/base/file.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tagloom::sources {

class Spool {
 public:
  struct Place {
    std::uint64_t begin = 0;
    std::uint64_t bytes = 0;
  };

  /// Throws CannotUnpack if there can be no temporary file.
  Spool();

  /// Takes the member that the pass is at, whose first bytes were read already. Throws what the pass throws,
  /// and CannotUnpack if the disk is full.
  Place append(TarPass& pass, std::span<const std::byte> beginning);
  [[nodiscard]] std::uint64_t bytes() const { return end_; }
  /// Throws CannotUnpack. From several threads at once, also while another appends.
  [[nodiscard]] std::vector<std::byte> read(Place place) const;

 private:
  File file_;
  std::uint64_t end_ = 0;
};

}  // namespace tagloom::sources
