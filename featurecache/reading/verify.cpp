#include "reading/verify.hpp"

#include <tagloom/base/interrupt.hpp>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

namespace tagloom::featurecache {
namespace {

/// Large enough that threads seldom meet, small enough that a disk is read from its beginning to its end.
constexpr std::uint64_t kBlockBytes = std::uint64_t{4} << 20;

/// What is wrong with a row that could not be read as it was written.
RowDamage damage_of(const CacheFile& file, std::size_t row) {
  const Layout& layout = file.layout();
  // Its pieces are whole, or it could not be opened.
  if (!layout.pieces.empty()) return RowDamage::changed;
  const std::uint64_t map = layout.keys.stored_map_bytes[row];
  if (layout.info.has.map && map == 0) return RowDamage::misplaced;
  const std::uint64_t end = file.bytes();
  const bool cut_off = (layout.info.has.pooled && layout.pooled[row] + pooled_bytes(layout.info) > end) ||
                       (layout.info.has.map && layout.map[row] + map > end);
  return cut_off ? RowDamage::cut_off : RowDamage::changed;
}

/// Rows handed out in blocks to several threads.
class Verifier {
 public:
  Verifier(const CacheFile& file, const VerifySettings& settings)
      : file_(file), settings_(settings), rows_(file.layout().keys.size()) {
    const std::uint64_t row_bytes =
        std::max<std::uint64_t>(file.bytes() / std::max<std::size_t>(rows_, 1), 1);
    block_ = std::clamp<std::size_t>(kBlockBytes / row_bytes, 1, 4096);
  }

  /// Rethrows what a thread could not get over.
  std::vector<DamagedRow> run() {
    {
      std::vector<std::jthread> others;
      for (int thread = 1; thread < settings_.threads; ++thread)
        others.emplace_back([this] { work(); });
      work();
    }
    if (failure_) std::rethrow_exception(failure_);
    std::ranges::sort(damaged_, {}, &DamagedRow::row);
    return std::move(damaged_);
  }

 private:
  void work() {
    CacheFile::RowBuffer buffer;
    try {
      for (std::size_t begin = next_.fetch_add(block_); begin < rows_; begin = next_.fetch_add(block_)) {
        throw_if_stop_requested();
        const std::size_t end = std::min(begin + block_, rows_);
        for (std::size_t row = begin; row < end; ++row)
          look_at(row, buffer);
        const std::scoped_lock lock(mutex_);
        settings_.step(static_cast<std::int64_t>(end - begin));
      }
    } catch (...) {
      const std::scoped_lock lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      next_ = rows_;
    }
  }

  void look_at(std::size_t row, CacheFile::RowBuffer& buffer) {
    const auto number = static_cast<std::int64_t>(row);
    try {
      (void)file_.checked_row(number, buffer);
    } catch (const DamagedFile&) {
      const std::scoped_lock lock(mutex_);
      damaged_.push_back(
          {.row = number, .name = file_.layout().keys.names[row], .damage = damage_of(file_, row)});
    }
  }

  const CacheFile& file_;
  const VerifySettings& settings_;
  std::size_t rows_;
  std::size_t block_ = 1;
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;
  std::vector<DamagedRow> damaged_;
  std::exception_ptr failure_;
};

}  // namespace

std::string to_text(RowDamage damage) {
  switch (damage) {
    case RowDamage::cut_off:
      return "cut off";
    case RowDamage::misplaced:
      return "misplaced";
    default:
      return "changed";
  }
}

Verification verify(const CacheFile& file, const VerifySettings& settings) {
  settings.begin(static_cast<std::int64_t>(file.layout().keys.size()));
  return {.info = file.layout().info,
          .rows = Verifier(file, settings).run(),
          .missing_bytes = file.layout().missing_bytes,
          .keys_changed = file.layout().keys_changed};
}

Verification verify(const std::filesystem::path& path, const VerifySettings& settings) {
  return verify(CacheFile(path, OnDamage::note), settings);
}

}  // namespace tagloom::featurecache
