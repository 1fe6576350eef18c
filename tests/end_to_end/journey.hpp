#pragma once

/// A small demo set, its cached features and a trained model, made once by the real program for all tests.

#include "support/files.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::testing {

struct Journey {
  TemporaryFolder folder;
  std::string data = folder / "data";
  std::string cache = folder / "features.h5";
  std::string model = folder / "ria.safetensors";

  /// Arguments of `cache build` with the smallest encoder input; `out` is the cache to write.
  [[nodiscard]] std::vector<std::string> build(const std::string& out) const;
  /// Arguments of a short training run; `out` is the checkpoint to write.
  [[nodiscard]] std::vector<std::string> train(const std::string& out) const;
  /// The same of the classifier that fails when told to (tests/fixtures/breaks.cpp).
  [[nodiscard]] std::vector<std::string> train_breaks(const std::string& out) const;
};

/// Runs on first use; throws if a command fails.
const Journey& journey();

}  // namespace tagloom::testing
