#pragma once

/// The training log: a CSV file with one line an epoch, which others may read while it grows.

#include "training/train.hpp"

#include <tagloom/base/file.hpp>

#include <cstdint>
#include <filesystem>

namespace tagloom::training {

class EpochLog {
 public:
  /// Keeps the first `kept` epochs of an earlier log; one of another run, or a link, is replaced. Throws
  /// DataError if the file cannot be written.
  EpochLog(const std::filesystem::path& path, std::int64_t kept);
  /// Throws DataError if the disk is full; the line is then not part of the log.
  void append(const EpochReport& report);

 private:
  File file_;
  std::uint64_t bytes_ = 0;
};

}  // namespace tagloom::training
