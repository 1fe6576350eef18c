#pragma once

/// What is damaged in a finished cache, all of it: every row whose features are not what was written, and
/// what concerns no single row. Other readers refuse a damaged file or stop at the first such row.

#include <tagloom/featurecache/schema.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace tagloom::featurecache {

/// How a row was lost.
enum class RowDamage {
  /// Its features, or their hash, are not those that were written.
  changed,
  /// The file ends before its features do.
  cut_off,
  /// The index says a place of its map that cannot be.
  misplaced,
};

/// "changed", "cut off", "misplaced".
[[nodiscard]] std::string to_text(RowDamage damage);

struct DamagedRow {
  std::int64_t row = 0;
  std::string name;
  RowDamage damage = RowDamage::changed;
};

struct Verification {
  CacheInfo info;
  /// In the order of the rows.
  std::vector<DamagedRow> rows;
  /// Bytes that the file lacks at its end.
  std::uint64_t missing_bytes = 0;
  /// Names or content hashes of images are not those that were written; the names in `rows` may be wrong,
  /// then, and those that cannot be read are empty.
  bool keys_changed = false;

  [[nodiscard]] bool sound() const { return rows.empty() && missing_bytes == 0 && !keys_changed; }
};

struct VerifySettings {
  int threads = 1;
  /// Told how many rows there are, before the first is read.
  std::function<void(std::int64_t rows)> begin = [](std::int64_t) {};
  /// Told of rows that were read, by one thread at a time.
  std::function<void(std::int64_t rows)> step = [](std::int64_t) {};
};

/// Reads every row and compares it with both of its hashes. Throws DamagedFile if so much is damaged that no
/// row can be found, DataError if the file is missing, no cache, of a newer format or cannot be read, and
/// Interrupted when told to stop.
[[nodiscard]] Verification verify(const std::filesystem::path& path, const VerifySettings& settings = {});

}  // namespace tagloom::featurecache
