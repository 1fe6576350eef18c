#include "tresnet/tresnet.hpp"

#include "tresnet/miil_keys.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tagloom {
namespace {

constexpr std::array kVariants = {
    TresnetVariant{"tresnet_m", {3, 4, 11, 3}, 64, false},
    TresnetVariant{"tresnet_l", {4, 5, 18, 3}, 76, false},
    TresnetVariant{"tresnet_xl", {4, 5, 24, 3}, 83, false},
    TresnetVariant{"tresnet_v2_l", {3, 4, 23, 3}, 64, true},
};

constexpr double kStemSlope = 1e-2;
constexpr std::int64_t kImageSize = 448;

std::shared_ptr<ConvNet> make(const std::string& name) {
  const auto found = std::ranges::find(kVariants, name, &TresnetVariant::name);
  TORCH_CHECK(found != kVariants.end(), "no such TResNet: ", name);
  return std::make_shared<Tresnet>(*found);
}

}  // namespace

Tresnet::Tresnet(const TresnetVariant& variant) : channels_(variant.stem) {
  auto body = register_module("body", std::make_shared<torch::nn::Module>());
  stem_ = body->register_module(
      "conv1", std::make_shared<ConvNorm>(ConvNorm::Shape{48, variant.stem, 3, 1, kStemSlope}));
  for (std::size_t stage = 0; stage < variant.depths.size(); ++stage) {
    auto layer =
        body->register_module("layer" + std::to_string(stage + 1), std::make_shared<torch::nn::Module>());
    for (std::int64_t i = 0; i < variant.depths[stage]; ++i) {
      const TresnetBlockShape shape{.in_channels = channels_,
                                    .planes = variant.stem << stage,
                                    .stride = stage > 0 && i == 0 ? 2 : 1,
                                    .bottleneck = stage >= 2 || variant.bottleneck_first,
                                    .squeeze_excite = stage < 3};
      blocks_.push_back(layer->register_module(std::to_string(i), std::make_shared<TresnetBlock>(shape)));
      channels_ = shape.out_channels();
    }
  }
}

ConvNetGraph Tresnet::graph() const {
  ConvNetGraph graph;
  GraphValue map = stem_->append_to(graph, graph.space_to_depth(graph.images()));
  for (const auto& block : blocks_)
    map = block->append_to(graph, map);
  return graph;
}

void Tresnet::initialise(std::uint64_t seed) {
  ConvNet::initialise(seed);
  // Branches at full scale double the activations block by block, until the images' contrast is all that
  // features tell; branches at zero, as training would begin, leave the shortcuts alone. At this scale all
  // branches together add about as much as the shortcuts carry.
  const double scale = 1 / std::sqrt(static_cast<double>(blocks_.size()));
  const at::NoGradGuard no_grad;
  for (const auto& block : blocks_)
    block->last_norm().weight.fill_(scale);
}

ConvNetFamily tresnet_family() {
  // Images are scaled to [0, 1] and not normalised further: mean 0, std 1.
  ConvNetFamily family{.name = "tresnet",
                       .weights_help = "timm's or the authors', .safetensors or .pth",
                       .make = make,
                       .feature_weights = timm_named};
  for (const TresnetVariant& variant : kVariants)
    family.variants.push_back({.name = std::string(variant.name), .image_size = kImageSize});
  return family;
}

}  // namespace tagloom
