#include <tagloom/nn/convnet/encoder.hpp>
#include <tagloom/nn/product_type.hpp>
#include <tagloom/nn/recorded.hpp>
#include <tagloom/nn/recorded_calls.hpp>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <exception>
#include <functional>
#include <memory>

namespace tagloom {
namespace {

at::ScalarType type_for(Precision precision, at::Device device) {
  if (precision == Precision::automatic) return product_choice(device, Work::images).type;
  return precision == Precision::bfloat16 ? at::kBFloat16 : at::kFloat;
}

/// A recording holds the memory of a whole pass. What was made of the network's weights where they lay before
/// is not to be used any longer.
std::shared_ptr<RecordedCalls> recorded(const std::function<at::Tensor(const at::Tensor&)>& forward,
                                        at::Device device) {
  const auto say = [](const std::exception& error) {
    const auto* libtorchs = dynamic_cast<const c10::Error*>(&error);
    TORCH_WARN("The encoder's work could not be recorded as a CUDA graph (",
               libtorchs != nullptr ? libtorchs->what_without_backtrace() : error.what(),
               "); it is launched piece by piece, which is slower.");
  };
  return std::make_shared<RecordedCalls>(
      cuda_recorder(device),
      [forward](const RecordedCalls::Tensors& images) {
        return RecordedCalls::Tensors{forward(images.front())};
      },
      RecordedCalls::Settings{.note = say});
}

}  // namespace

OptionSpec precision_option() {
  return {.name = "precision",
          .default_value = std::string("auto"),
          .help =
              "type of the network's arithmetic; auto: bfloat16 where it is faster, as measured, and this "
              "network bears it",
          .choices = {"auto", "float32", "bfloat16"}};
}

Precision precision_from(const Options& options) {
  const std::string& text = options.text("precision");
  if (text == "float32") return Precision::float32;
  return text == "bfloat16" ? Precision::bfloat16 : Precision::automatic;
}

ConvNetEncoder::ConvNetEncoder(Network network, Precision precision)
    : network_(std::move(network)), precision_(precision) {
  network_.module->eval();
  for (at::Tensor& parameter : network_.module->parameters())
    parameter.set_requires_grad(false);
  apply_precision();
}

void ConvNetEncoder::to(at::Device device) {
  device_ = device;
  apply_precision();
}

void ConvNetEncoder::apply_precision() {
  type_ = type_for(precision_, device_);
  network_.module->to(device_, type_);
  // Where the channels of a pixel are neighbours, convolutions run about a third faster, and the map's
  // `[batch, pixels, channels]` costs no transposition.
  for (at::Tensor& parameter : network_.module->parameters())
    if (parameter.dim() == 4) parameter.set_data(parameter.contiguous(at::MemoryFormat::ChannelsLast));
  blocked_ = device_.is_cpu() ? blocked_network(network_.graph, type_) : nullptr;
  // A record is of weights that have moved on.
  recorded_.reset();
  if (device_.is_cuda()) recorded_ = recorded(network_.forward, device_);
}

at::Tensor ConvNetEncoder::map_of(const at::Tensor& images) const {
  // What is exported has to consist of LibTorch's operations.
  const bool is_exported = is_recorded();
  if (blocked_ && !is_exported) return blocked_->forward(images);
  const at::Tensor input =
      images.to(device_, type_, /*non_blocking=*/true, /*copy=*/false, at::MemoryFormat::ChannelsLast);
  if (!recorded_ || is_exported) return network_.forward(input);
  // The next batch overwrites what a recording wrote.
  return (*recorded_)({input}).front().clone();
}

Features ConvNetEncoder::encode(const at::Tensor& images, FeatureNeeds needs) {
  const c10::InferenceMode inference;
  // [batch, channels, height, width] to [batch, pixels, channels].
  const at::Tensor map = map_of(images).permute({0, 2, 3, 1}).flatten(1, 2).to(at::kFloat).contiguous();
  Features features;
  // In float32: a bf16 sum over the pixels would lose what the map still has.
  if (needs.pooled) features.pooled = map.mean(1);
  if (needs.map) features.map = map;
  return features;
}

}  // namespace tagloom
