#pragma once

/// A batch of label sequences, as decoders and losses read them.

#include <tagloom/base/export.hpp>
#include <tagloom/batch_sizes.hpp>
#include <tagloom/vocabulary.hpp>

#include <ATen/core/Tensor.h>

#include <span>
#include <vector>

namespace tagloom {

struct TAGLOOM_API LabelBatch {
  /// `[batch, steps]`, int64: start, l1, ..., ln, stop, stop, ...
  at::Tensor inputs;
  /// `[batch, steps]`, int64: l1, ..., ln, stop, stop, ...
  at::Tensor targets;
  /// `[batch]`, int64: the number of labels n. The loss counts n + 1 targets: the labels and one stop.
  at::Tensor lengths;
  /// `[batch, labels]`, float32: 1 where the image has the label.
  at::Tensor multi_hot;
  /// The sequences themselves, on the host whatever the tensors' device: an alignment reads them without a
  /// copy back.
  std::vector<std::vector<std::int64_t>> sequences;

  [[nodiscard]] std::int64_t batch() const { return lengths.size(0); }
  [[nodiscard]] LabelBatch to(at::Device device) const;
  /// `[batch, steps]`, bool: true at the n + 1 targets that count.
  [[nodiscard]] at::Tensor mask() const;
  /// The steps that count, of sequences that lie by falling length. Where they do not, a step is also taken
  /// by the images before one that takes it.
  [[nodiscard]] BatchSizes batch_sizes() const;
};

/// Sequences of at most `steps - 1` labels, already ordered, as one batch. Throws DataError for a longer
/// sequence.
TAGLOOM_API LabelBatch make_label_batch(std::span<const std::vector<std::int64_t>> sequences,
                                        const Vocabulary& vocabulary, std::int64_t steps);

}  // namespace tagloom
