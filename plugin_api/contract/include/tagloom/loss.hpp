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
  /// A float32 scalar with gradient, finite where the logits are.
  at::Tensor total;
  /// Named scalars for the log, without gradient.
  std::vector<std::pair<std::string, at::Tensor>> parts;
  /// A scalar without gradient: what `total` is a mean over (tokens, say), by which parts of a batch are
  /// weighted when several processes share it. Undefined for a mean over images.
  at::Tensor weight = {};
};

/// Two instances may be used at the same time, each by a thread. Whatever is thrown becomes a sentence that
/// names the loss; nothing is printed on standard output, which belongs to results.
class TAGLOOM_API Loss {
 public:
  Loss() = default;
  Loss(const Loss&) = delete;
  Loss& operator=(const Loss&) = delete;
  virtual ~Loss() = default;

  [[nodiscard]] virtual LogitsKind logits_kind() const = 0;

  /// The tokens `[batch, steps]` that the logits are held against: the label sequences as they are, unless a
  /// loss rearranges them: int64, each a label or the stop. Steps after the stop do not matter.
  [[nodiscard]] virtual at::Tensor targets(const at::Tensor& /*logits*/, const LabelBatch& labels) const {
    return labels.targets;
  }

  /// Whether what the decoder says after an image's labels and stop matters. Where it does not, those steps
  /// need not be taken (on a CPU they are not), and their logits are then zeros.
  [[nodiscard]] virtual bool reads_steps_after_stop() const { return false; }

  /// Logits `[batch, steps, labels + 1]` against labels of the same batch and steps, on one device. Logits
  /// are float32, or with `--precision bfloat16` what the decoder makes of bfloat16 features under autocast,
  /// which may be bfloat16; they are left as they are.
  [[nodiscard]] virtual LossValue compute(const at::Tensor& logits, const LabelBatch& labels) const = 0;
};

}  // namespace tagloom
