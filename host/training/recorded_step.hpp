#pragma once

/// A training step that is recorded and repeated (tagloom/nn/recorder.hpp). Each shape of batch has a
/// recording of its own, and so the short batch that ends an epoch has one, too: what it computes is what it
/// would compute unrecorded, for any model and loss, where padding it to full length would be right only for
/// those that leave padded images out of every mean. What cannot be recorded runs as it is, and one line says
/// why.

#include <tagloom/features.hpp>
#include <tagloom/labels.hpp>
#include <tagloom/nn/recorder.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tagloom::training {

class RecordedStep {
 public:
  /// Forward and backward pass: returns the loss, and leaves gradients with the parameters.
  using Step = std::function<at::Tensor(const Features& features, const LabelBatch& labels)>;

  /// Batches of more shapes than these run as they are. A recording keeps its batch and its gradients; what
  /// it computes meanwhile lies in memory that all share.
  static constexpr std::size_t kMostShapes = 4;

  /// What a step leaves gradients with in the model, and what it may change besides.
  struct Trained {
    std::vector<at::Tensor> parameters;
    std::vector<at::Tensor> buffers = {};
  };

  struct Settings {
    /// Refuses to go on unrecorded.
    bool insists = false;
    /// Gets the line that says why nothing is recorded.
    std::function<void(const std::string&)> note;
  };

  /// `step` must do the same for all batches of a shape. While it is recorded, and once before, its batch's
  /// `LabelBatch::sequences` are empty ones: a step that needs them is not recorded.
  RecordedStep(Trained trained, Step step, std::unique_ptr<Recorder> recorder, Settings settings);
  ~RecordedStep();
  RecordedStep(const RecordedStep&) = delete;
  RecordedStep& operator=(const RecordedStep&) = delete;

  /// The loss, which a later call may overwrite; gradients are left with the parameters. The first batches of
  /// a shape run as they are. Throws UsageError if it insists and the step cannot be recorded.
  at::Tensor operator()(const Features& features, const LabelBatch& labels);

  /// Whether steps are recorded, or will be: nothing has been against it so far.
  [[nodiscard]] bool records() const { return recorder_ != nullptr; }

 private:
  struct Shape;

  /// Null when there are too many.
  Shape* shape_of(const Features& features, const LabelBatch& labels);
  [[nodiscard]] Recorder::Action action(const Features& features, const LabelBatch& labels) const;
  /// The step as it is; the last time before it is recorded, also as it will be, to see whether it can be.
  at::Tensor warmed_up(Shape& shape, const Features& features, const LabelBatch& labels);
  /// Empty if nothing is against it; `loss` is the step's then.
  std::string why_not_recorded(const Features& features, const LabelBatch& labels, at::Tensor& loss) const;
  /// Whether it could be.
  bool record(Shape& shape, const Features& features, const LabelBatch& labels);
  at::Tensor repeated(const Shape& shape, const Features& features, const LabelBatch& labels);
  void give_up(const std::string& why);

  std::vector<at::Tensor> parameters_;
  std::vector<at::Tensor> buffers_;
  Step step_;
  /// Null after giving up.
  std::unique_ptr<Recorder> recorder_;
  Settings settings_;
  std::vector<std::unique_ptr<Shape>> shapes_;
};

}  // namespace tagloom::training
