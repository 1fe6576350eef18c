#pragma once

/// The training log that `tagloom train` leaves beside a checkpoint: a line an epoch.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tagloom::result_page {

struct Epoch {
  /// "concepts" or "labels".
  std::string stage;
  double loss = 0;
  double learning_rate = 0;
  double per_class_f1 = 0;
  double map = 0;
  bool best = false;
};

struct Curve {
  std::filesystem::path log;
  std::vector<Epoch> epochs;
};

/// The log of the checkpoint `model`, as the result file names it: from the working folder, else from the
/// folder that holds the result file. Nothing if there is none, or what has its name is no such log.
[[nodiscard]] std::optional<Curve> find_curve(const std::filesystem::path& model,
                                              const std::filesystem::path& result_file);

/// The epochs of a log's text. Lines that are cut short are left out, columns are found by their names.
[[nodiscard]] std::vector<Epoch> epochs_of(const std::string& csv);

}  // namespace tagloom::result_page
