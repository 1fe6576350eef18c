#include "torchscript/torchscript_encoder.hpp"

#include "backbone/choice.hpp"
#include "torchscript/script_file.hpp"
#include "torchscript/script_outputs.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include <string>
#include <string_view>

namespace tagloom {
namespace {

constexpr const char* kOwner = "encoder torchscript";

/// What failed, which the interpreter says behind where it did; empty if it says no such thing.
std::string reason_in(const std::string& said) {
  constexpr std::string_view kBefore = "RuntimeError: ";
  const auto at = said.rfind(kBefore);
  if (at == std::string::npos) return "";
  const auto begin = at + kBefore.size();
  return said.substr(begin, said.find('\n', begin) - begin);
}

}  // namespace

std::vector<OptionSpec> TorchScriptEncoder::options() {
  return backbone_options(
      "the module's file, of torch.jit.save; it is a program and is run: use one of somebody you trust");
}

TorchScriptEncoder::TorchScriptEncoder(const Options& given) {
  const std::filesystem::path path = given.text("module");
  if (path.empty()) throw UsageError("encoder torchscript needs a module: give --set encoder.module=FILE");
  ScriptFile file = read_script(path);
  const Options options = with_options_of_file({kOwner, TorchScriptEncoder::options(), given}, file.options);
  choice_ = choice_from(options);
  preprocessing_ = preprocessing_from(options);
  weights_ = {.source = path.string(), .fingerprint = fingerprint_of({path}, choice_)};
  module_ = std::move(file.module);
  module_.eval();
  // Else `tagloom export` could not record them as constants.
  for (at::Tensor parameter : module_.parameters())
    parameter.set_requires_grad(false);
  try_out();
}

void TorchScriptEncoder::try_out() {
  constexpr std::int64_t kImages = 2;
  const OutputFeatures black = run(at::zeros({kImages, 3, preprocessing_.size, preprocessing_.size}));
  shape_ = shape_of_black(black, kImages, weights_.source);
}

c10::IValue TorchScriptEncoder::output_of(const at::Tensor& images) {
  try {
    return module_.forward({images});
  } catch (const std::exception& error) {
    const std::string reason = reason_in(error.what());
    if (reason.empty()) throw;
    throw DataError(fmt::format("the module {} fails on images of {} x {} pixels: {}", shown(weights_.source),
                                images.size(2), images.size(3), shown(reason)));
  }
}

OutputFeatures TorchScriptEncoder::run(const at::Tensor& images) {
  const at::NoGradGuard no_grad;
  OutputFeatures features = features_in(output_of(images.to(device_, at::kFloat)), choice_);
  complete(features);
  return features;
}

void TorchScriptEncoder::to(at::Device device) {
  device_ = device;
  module_.to(device);
}

Features TorchScriptEncoder::encode(const at::Tensor& images, FeatureNeeds needs) {
  OutputFeatures found = run(images);
  Features features;
  if (needs.pooled) features.pooled = found.pooled.contiguous();
  if (needs.map) features.map = std::move(found.map);
  return features;
}

}  // namespace tagloom
