#pragma once

/// Pictures, and models that were trained behind an encoder of a millisecond (tests/fixtures/mean_colour.cpp)
/// whose weights are a file with a number.

#include "annotation/annotate.hpp"
#include "models/model_spec.hpp"
#include "registry/registry.hpp"
#include "support/files.hpp"

#include <filesystem>

namespace tagloom::annotation {

class PaintedWorld {
 public:
  PaintedWorld();
  [[nodiscard]] std::filesystem::path data() const { return folder_ / "data"; }
  [[nodiscard]] std::filesystem::path pictures() const { return data() / "images"; }
  [[nodiscard]] std::filesystem::path weights() const { return folder_ / "mean_colour.txt"; }
  [[nodiscard]] std::filesystem::path cache() const { return folder_ / "features.h5"; }
  [[nodiscard]] std::filesystem::path ria() const { return folder_ / "ria.safetensors"; }
  [[nodiscard]] std::filesystem::path attention() const { return folder_ / "attention.safetensors"; }
  [[nodiscard]] std::filesystem::path classifier() const { return folder_ / "classifier.safetensors"; }

 private:
  void train(const std::filesystem::path& output, const models::ModelSpec& model) const;
  tagloom::testing::TemporaryFolder folder_;
};

/// Made on first use.
const PaintedWorld& painted_world();

/// Knows all plugins, and the encoder.
const registry::Registry& painters();

}  // namespace tagloom::annotation
