#pragma once

/// Mixed precision for a scope, as the host has it around a model with `--precision bfloat16`: inside it
/// LibTorch computes matrix products of float32 tensors in bfloat16 and keeps float32 where that would lose
/// too much. The one place that tells LibTorch 1.13 from 2.x.

#include <ATen/autocast_mode.h>
#include <torch/version.h>

namespace tagloom::conformance {

class AutocastScope {
 public:
  /// Does nothing unless `enabled`.
  AutocastScope(at::Device device, bool enabled) : device_(device), enabled_(enabled) {
    if (!enabled_) return;
    at::autocast::increment_nesting();
    set(true);
  }
  ~AutocastScope() {
    if (!enabled_) return;
    // The casts of weights that this scope kept are stale after the next step.
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
    set(false);
  }
  AutocastScope(const AutocastScope&) = delete;
  AutocastScope& operator=(const AutocastScope&) = delete;

 private:
  void set(bool on) const {
#if TORCH_VERSION_MAJOR >= 2 && (TORCH_VERSION_MAJOR > 2 || TORCH_VERSION_MINOR >= 4)
    at::autocast::set_autocast_dtype(device_.type(), at::kBFloat16);
    at::autocast::set_autocast_enabled(device_.type(), on);
#else
    if (device_.is_cpu()) {
      at::autocast::set_autocast_cpu_dtype(at::kBFloat16);
      at::autocast::set_cpu_enabled(on);
    } else {
      at::autocast::set_autocast_gpu_dtype(at::kBFloat16);
      at::autocast::set_enabled(on);
    }
#endif
  }

  at::Device device_;
  bool enabled_;
};

}  // namespace tagloom::conformance
