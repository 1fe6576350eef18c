#include "layout/layout.hpp"

#include <tagloom/base/hash.hpp>

#include <algorithm>
#include <numeric>

namespace tagloom::featurecache {
namespace {

template <typename Value>
void append_to(std::vector<Value>& values, const std::vector<Value>& more) {
  values.insert(values.end(), more.begin(), more.end());
}

}  // namespace

void RowKeys::append(const RowKeys& more) {
  append_to(names, more.names);
  append_to(hashes, more.hashes);
  append_to(row_hashes, more.row_hashes);
  append_to(pooled_hashes, more.pooled_hashes);
  append_to(stored_hashes, more.stored_hashes);
  append_to(stored_map_bytes, more.stored_map_bytes);
}

RowKeys RowKeys::picked(std::span<const std::size_t> rows) const {
  RowKeys some;
  const bool all_have_pooled_hashes = pooled_hashes.size() == size();
  const bool all_have_stored_hashes = stored_hashes.size() == size();
  for (const std::size_t row : rows) {
    some.names.push_back(names[row]);
    some.hashes.push_back(hashes[row]);
    some.row_hashes.push_back(row_hashes[row]);
    if (all_have_pooled_hashes) some.pooled_hashes.push_back(pooled_hashes[row]);
    if (all_have_stored_hashes) some.stored_hashes.push_back(stored_hashes[row]);
    some.stored_map_bytes.push_back(stored_map_bytes[row]);
  }
  return some;
}

std::vector<std::size_t> name_order(const RowKeys& keys) {
  std::vector<std::size_t> order(keys.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t row) -> const std::string& { return keys.names[row]; });
  return order;
}

std::vector<PieceRun> runs_of(std::span<const PieceRow> places) {
  std::vector<PieceRun> runs;
  for (const PieceRow& place : places) {
    const bool follows = !runs.empty() && runs.back().piece == place.piece &&
                         runs.back().first + runs.back().count == place.row;
    if (!follows) runs.push_back({.piece = place.piece, .first = place.row});
    ++runs.back().count;
  }
  return runs;
}

std::string hash_row(const RowBytes& row) {
  return Hasher().update(row.pooled).update(row.map).hex();
}

std::string hash_stored(const RowBytes& stored, const std::string& row_hash) {
  return Hasher().update(stored.pooled).update(stored.map).update(std::as_bytes(std::span(row_hash))).hex();
}

std::string data_fingerprint(const RowKeys& keys) {
  Hasher hasher;
  for (const std::size_t row : name_order(keys))
    hasher.update(std::string_view(keys.names[row])).update(std::string_view(keys.hashes[row]));
  return hasher.hex();
}

}  // namespace tagloom::featurecache
