#pragma once

/// The training log: a CSV file with one line an epoch, flushed as it grows.

#include "training/train.hpp"

#include <filesystem>
#include <fstream>

namespace tagloom::training {

class EpochLog {
 public:
  /// Replaces an earlier log. Throws DataError if the file cannot be written.
  explicit EpochLog(const std::filesystem::path& path);
  void append(const EpochReport& report);

 private:
  std::ofstream file_;
};

}  // namespace tagloom::training
