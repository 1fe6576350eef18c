#pragma once

/// The training log: a CSV file with one line an epoch, flushed as it grows.

#include "training/train.hpp"

#include <filesystem>
#include <fstream>

namespace tagloom::training {

class EpochLog {
 public:
  /// Keeps the first `kept` epochs of an earlier log. Throws DataError if the file cannot be written.
  EpochLog(const std::filesystem::path& path, std::int64_t kept);
  /// Throws DataError if the disk is full.
  void append(const EpochReport& report);

 private:
  std::filesystem::path path_;
  std::ofstream file_;
};

}  // namespace tagloom::training
