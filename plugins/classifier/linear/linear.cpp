/// The concept layer of SR-CNN-RNN (Liu et al., CVPR 2017, section 3), and the plain classifier that sequence
/// models are compared with: dropout and one linear layer on the pooled feature.
///
/// Parameters: `fc.{weight,bias}` [labels, channels].

#include <tagloom/classifier.hpp>
#include <tagloom/plugin.hpp>

#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/linear.h>

namespace tagloom {

class LinearClassifier : public Classifier {
 public:
  static std::vector<OptionSpec> options() {
    return {{.name = "dropout",
             .default_value = 0.3,
             .help = "dropout on the pooled feature",
             .minimum = 0,
             .maximum = 0.99}};
  }

  LinearClassifier(const Options& options, const ClassifierSetup& setup)
      : dropout_(register_module("dropout", torch::nn::Dropout(options.real("dropout")))),
        fc_(register_module("fc", torch::nn::Linear(setup.features.channels, setup.labels))) {}

  [[nodiscard]] FeatureNeeds needs() const override { return {.pooled = true, .map = false}; }

  at::Tensor forward(const Features& features) override {
    return fc_->forward(dropout_->forward(features.pooled));
  }

 private:
  torch::nn::Dropout dropout_;
  torch::nn::Linear fc_;
};

}  // namespace tagloom

TAGLOOM_CLASSIFIER(linear, tagloom::LinearClassifier, "One linear layer on the pooled feature",
                   "Liu et al., Semantic Regularisation for Recurrent Image Annotation, CVPR 2017")
