#include "my_component.hpp"

#include <tagloom/nn/convnet/family.hpp>
#include <tagloom/nn/convnet/layers.hpp>
#include <tagloom/plugin.hpp>

#include <memory>
#include <string>

namespace my_component_plugin {
namespace {

class SmallNetwork : public tagloom::ConvNet {
 public:
  explicit SmallNetwork(std::int64_t width) {
    std::int64_t channels = 3;
    for (std::int64_t i = 0; i < 5; ++i) {
      const tagloom::Convolution::Shape shape{
          .in_channels = channels, .out_channels = width << i, .kernel = 3, .stride = 2, .bias = true};
      layers_.push_back(register_module(std::to_string(i), std::make_shared<tagloom::Convolution>(shape)));
      channels = shape.out_channels;
    }
    channels_ = channels;
  }

  at::Tensor forward(const at::Tensor& images) override {
    at::Tensor map = images;
    for (const auto& layer : layers_)
      map = layer->forward(map).relu_();
    return map;
  }
  [[nodiscard]] std::int64_t channels() const override { return channels_; }
  void fold_batch_norms() override {}

 private:
  std::vector<std::shared_ptr<tagloom::Convolution>> layers_;
  std::int64_t channels_ = 0;
};

tagloom::ConvNetFamily family() {
  return {.name = "my_component",
          .variants = {{.name = "narrow", .image_size = 64}, {.name = "wide", .image_size = 128}},
          .weights_help = ".pth or .safetensors",
          .mean = {0.5F, 0.5F, 0.5F},
          .std = {0.25F, 0.25F, 0.25F},
          .make =
              [](const std::string& variant) {
                return std::make_shared<SmallNetwork>(variant == "wide" ? 32 : 16);
              },
          // What a file has besides the network's own tensors, e.g. a classifier, would be dropped here.
          .feature_weights = [](const tagloom::NamedTensors& weights) { return weights; }};
}

}  // namespace

std::vector<tagloom::OptionSpec> SmallEncoder::options() {
  return tagloom::convnet_options(family());
}

SmallEncoder::SmallEncoder(const tagloom::Options& options)
    : ConvNetEncoder(tagloom::convnet(family(), options), tagloom::precision_from(family(), options)) {}

}  // namespace my_component_plugin

TAGLOOM_ABOUT("0.1.0", "Whoever wrote it", "not said")
TAGLOOM_ENCODER(my_component, my_component_plugin::SmallEncoder,
                "Five convolutions that halve the image each", "")
