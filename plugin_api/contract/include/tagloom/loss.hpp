#pragma once

/// A loss scores a decoder's logits against the label sequences of a batch.

#include <tagloom/base/export.hpp>
#include <tagloom/labels.hpp>

#include <ATen/core/Tensor.h>

#include <string>
#include <utility>
#include <vector>

namespace tagloom {

/// How the logits that a loss wants are made.
enum class LogitsKind {
  /// The decoder is fed the target sequence.
  teacher_forced,
  /// The decoder is fed its own most probable tokens (Yazici et al., CVPR 2020).
  free_running,
};

struct LossValue {
  /// A scalar with gradient.
  at::Tensor total;
  /// Named scalars for the log, without gradient.
  std::vector<std::pair<std::string, at::Tensor>> parts;
  /// A scalar without gradient: what `total` is a mean over (tokens, say), by which parts of a batch are
  /// weighted when several processes share it. Undefined for a mean over images.
  at::Tensor weight = {};
};

class TAGLOOM_API Loss {
 public:
  Loss() = default;
  Loss(const Loss&) = delete;
  Loss& operator=(const Loss&) = delete;
  virtual ~Loss() = default;

  [[nodiscard]] virtual LogitsKind logits_kind() const = 0;

  /// The tokens `[batch, steps]` that the logits are held against: the label sequences as they are, unless a
  /// loss rearranges them. Steps after the stop do not matter.
  [[nodiscard]] virtual at::Tensor targets(const at::Tensor& /*logits*/, const LabelBatch& labels) const {
    return labels.targets;
  }

  /// Whether what the decoder says after an image's labels and stop matters. Where it does not, those steps
  /// need not be taken (on a CPU they are not), and their logits are then zeros.
  [[nodiscard]] virtual bool reads_steps_after_stop() const { return false; }

  /// Logits `[batch, steps, labels + 1]` against labels of the same batch and steps, on one device.
  [[nodiscard]] virtual LossValue compute(const at::Tensor& logits, const LabelBatch& labels) const = 0;
};

}  // namespace tagloom
