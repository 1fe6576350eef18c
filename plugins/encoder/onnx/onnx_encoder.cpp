#include "onnx/onnx_encoder.hpp"

#include "backbone/choice.hpp"
#include "onnx/onnx_file.hpp"
#include "onnx/onnx_network.hpp"
#include "onnx/prepare.hpp"

#include <tagloom/base/brief.hpp>
#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/nn/convnet/encoder.hpp>
#include <tagloom/nn/product_type.hpp>
#include <tagloom/nn/recorded.hpp>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include <filesystem>
#include <string>

namespace tagloom {
namespace {

constexpr const char* kOwner = "encoder onnx";

at::ScalarType type_for(const Options& options) {
  switch (precision_from(options)) {
    case Precision::float32:
      return at::kFloat;
    case Precision::bfloat16:
      return at::kBFloat16;
    default:
      return product_choice(at::kCPU, Work::images).type;
  }
}

}  // namespace

std::vector<OptionSpec> OnnxEncoder::options() {
  std::vector<OptionSpec> options = backbone_options("the ONNX file");
  options.push_back(
      {.name = "layout",
       .default_value = std::string("auto"),
       .help = "where the channels of the module's images and maps are: nchw (first) or nhwc (last); "
               "auto: where it has three of something",
       .choices = {"auto", "nchw", "nhwc"}});
  options.push_back(precision_option());
  return options;
}

OnnxEncoder::OnnxEncoder(const Options& given) {
  const std::filesystem::path path = given.text("module");
  if (path.empty()) throw UsageError("encoder onnx needs a module: give --set encoder.module=FILE.onnx");
  OnnxFile file = read_onnx(path);
  ov::Core core;
  const std::shared_ptr<ov::Model> network = read_network(core, path);
  const NetworkInput input = input_of(*network, given.text("layout"));
  if (input.side > 0) file.options.try_emplace("image_size", std::to_string(input.side));
  const Options options = with_options_of_file({kOwner, OnnxEncoder::options(), given}, file.options);
  choice_ = choice_from(options);
  preprocessing_ = preprocessing_from(options);
  std::vector<std::filesystem::path> files{path};
  files.insert(files.end(), file.weights.begin(), file.weights.end());
  weights_ = {.source = path.string(), .fingerprint = fingerprint_of(files, choice_)};
  network_ = std::make_unique<OnnxNetwork>(
      core, prepared(network, {.input = input, .side = preprocessing_.size, .choice = choice_}),
      type_for(options));
  const OutputFeatures black = run(at::zeros({1, 3, preprocessing_.size, preprocessing_.size}));
  shape_ = shape_of_black(black, 1, weights_.source);
}

OnnxEncoder::~OnnxEncoder() = default;

OutputFeatures OnnxEncoder::run(const at::Tensor& images) {
  const at::NoGradGuard no_grad;
  try {
    OutputFeatures features =
        network_->run(images.to(at::kCPU, at::kFloat).contiguous(), choice_.class_tokens);
    complete(features);
    return features;
  } catch (const ov::Exception& error) {
    throw DataError(
        fmt::format("the module {} fails on images of {} x {} pixels; set image_size to what it was exported "
                    "for. OpenVINO "
                    "says: {}",
                    shown(weights_.source), images.size(2), images.size(3), brief(error.what())));
  }
}

Features OnnxEncoder::encode(const at::Tensor& images, FeatureNeeds needs) {
  if (is_recorded())
    throw UsageError(
        "what an ONNX file computes cannot be exported as TorchScript; use the encoder torchscript for "
        "that.");
  OutputFeatures found = run(images);
  Features features;
  if (needs.pooled) features.pooled = found.pooled.contiguous().to(device_);
  if (needs.map) features.map = found.map.to(device_);
  return features;
}

}  // namespace tagloom
