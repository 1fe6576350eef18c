/// Class-specific residual attention (Zhu & Wu, ICCV 2021, section 3): one linear layer scores every label at
/// every pixel; to the mean over the pixels it adds `lambda` times their mean under each label's own
/// attention, the softmax of `temperature` times its scores:
///
///     s_p = W dropout(f_p) + b,   logits = mean_p s_p + lambda sum_p softmax_p(T s_p) s_p
///
/// Parameters: `fc.{weight,bias}` [labels, channels].

#include <tagloom/classifier.hpp>
#include <tagloom/plugin.hpp>

#include <ATen/ATen.h>
#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/linear.h>

namespace tagloom {

class AttentionPooledClassifier : public Classifier {
 public:
  static std::vector<OptionSpec> options() {
    return {{.name = "dropout",
             .default_value = 0.3,
             .help = "dropout on the feature map",
             .minimum = 0,
             .maximum = 0.99},
            {.name = "lambda", .default_value = 0.3, .help = "weight of the attended scores", .minimum = 0},
            {.name = "temperature",
             .default_value = 1.0,
             .help = "sharpness of each label's attention",
             .minimum = 0}};
  }

  AttentionPooledClassifier(const Options& options, const ClassifierSetup& setup)
      : lambda_(options.real("lambda")),
        temperature_(options.real("temperature")),
        dropout_(register_module("dropout", torch::nn::Dropout(options.real("dropout")))),
        fc_(register_module("fc", torch::nn::Linear(setup.features.channels, setup.labels))) {}

  [[nodiscard]] FeatureNeeds needs() const override { return {.pooled = false, .map = true}; }

  at::Tensor forward(const Features& features) override {
    const at::Tensor scores = fc_->forward(dropout_->forward(features.map));
    const at::Tensor attention = (scores * temperature_).softmax(1);
    return scores.mean(1) + lambda_ * (attention * scores).sum(1);
  }

 private:
  double lambda_;
  double temperature_;
  torch::nn::Dropout dropout_;
  torch::nn::Linear fc_;
};

}  // namespace tagloom

TAGLOOM_CLASSIFIER(
    attention_pooled, tagloom::AttentionPooledClassifier,
    "One linear layer on the feature map, pooled by each label's own attention",
    "Zhu & Wu, Residual Attention: A Simple but Effective Method for Multi-Label Recognition, ICCV 2021")
