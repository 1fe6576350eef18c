#pragma once

/// What PackedRows hold.

#include "layout/layout.hpp"

#include <tagloom/featurecache/packed_rows.hpp>

#include <deque>
#include <string>
#include <vector>

namespace tagloom::featurecache {

struct PackedRows::Impl {
  /// As they were given; the names are not those that are stored.
  std::vector<ImageKey> images;
  /// What of each row its keys have besides, one row each.
  std::vector<RowKeys> keys;
  /// In the memory of `features` and `bytes`.
  std::vector<RowBytes> rows;
  /// As they are before they are packed.
  std::size_t plain_bytes = 0;
  Features features;
  std::deque<std::vector<std::byte>> bytes;
};

}  // namespace tagloom::featurecache
