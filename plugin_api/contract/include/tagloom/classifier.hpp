#pragma once

/// A classifier scores every label of an image at once, independently of one another. Alone it is the
/// baseline that every sequence model is compared with; in front of a decoder that reads concepts it is the
/// supervised concept layer of SR-CNN-RNN (Liu et al., CVPR 2017, section 3).

#include <tagloom/features.hpp>
#include <tagloom/options.hpp>

#include <torch/nn/module.h>

namespace tagloom {

/// What a classifier is built for.
struct ClassifierSetup {
  std::int64_t labels = 0;
  FeatureShape features;
};

/// A `torch::nn::Module`: its parameters and buffers are its checkpoint. Registered names are UTF-8, and part
/// of the format.
///
/// Two instances may be used at the same time, each by a thread. Whatever is thrown becomes a sentence that
/// names the classifier; nothing is printed on standard output, which belongs to results.
class TAGLOOM_API Classifier : public torch::nn::Module {
 public:
  ~Classifier() override = default;

  [[nodiscard]] virtual FeatureNeeds needs() const = 0;

  /// Logits `[batch, labels]`, float32, or of bfloat16 features bfloat16, too; the sigmoid of one is its
  /// label's probability.
  virtual at::Tensor forward(const Features& features) = 0;
};

}  // namespace tagloom
