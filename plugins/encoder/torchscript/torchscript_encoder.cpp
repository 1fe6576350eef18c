#include "torchscript/torchscript_encoder.hpp"

#include "torchscript/script_file.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/hash.hpp>
#include <tagloom/base/name.hpp>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <system_error>

namespace tagloom {
namespace {

constexpr const char* kOwner = "encoder torchscript";

/// What the file says holds where nobody set anything else.
Options with_options_of_file(const Options& given, const std::map<std::string, std::string>& of_file) {
  const std::map<std::string, std::string> defaults =
      Options(kOwner, TorchScriptEncoder::options(), {}).to_text();
  std::map<std::string, std::string> merged = given.to_text();
  for (const auto& [name, value] : of_file) {
    const auto known = merged.find(name);
    if (known == merged.end() || name == "module")
      throw DataError(fmt::format(
          "the module is described by the option {}, which this tagloom does not have; trace it again.",
          shown(name)));
    if (known->second == defaults.at(name)) known->second = value;
  }
  return {kOwner, TorchScriptEncoder::options(), merged};
}

std::array<float, 3> by_color(const Options& options, const char* name) {
  const std::string& text = options.text(name);
  std::array<float, 3> values{};
  std::string_view rest = text;
  const auto skip_blanks = [&] { rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size())); };
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool is_comma_there = i == 0 || rest.starts_with(',');
    if (i > 0 && is_comma_there) rest.remove_prefix(1);
    skip_blanks();
    // Whatever the locale of the program that this runs in says of commas and points.
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), values[i]);
    if (!is_comma_there || error != std::errc() || !std::isfinite(values[i]))
      throw UsageError(
          fmt::format("{}={} is not three numbers with commas between them, e.g. 0.485,0.456,0.406; {}.",
                      name, shown(text), "give what the model was trained with"));
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    skip_blanks();
  }
  if (rest.empty()) return values;
  throw UsageError(
      fmt::format("{}={} has more than three numbers; give one for red, green and blue.", name, shown(text)));
}

Preprocessing preprocessing_from(const Options& options) {
  const Preprocessing input{
      .size = options.integer("image_size"),
      .rule = options.text("resize") == "center_crop" ? ResizeRule::center_crop : ResizeRule::squish,
      .resize_to = options.integer("resize_to"),
      .mean = by_color(options, "mean"),
      .std = by_color(options, "std")};
  if (input.size == 0)
    throw UsageError("the module does not say which images it takes; set image_size, the side in pixels.");
  if (!input.possible())
    throw UsageError(
        fmt::format("resize=center_crop cuts {} pixels from an image of {}; set resize_to to {} or more.",
                    input.size, input.resize_to, input.size));
  return input;
}

/// That of the file and of what is taken from it: other outputs are other features.
std::string fingerprint_of(const std::filesystem::path& path, const OutputChoice& choice) {
  constexpr std::uint64_t kAtOnce = std::uint64_t{4} << 20;
  const File file(path, File::Mode::read);
  Hasher hasher;
  std::vector<std::byte> bytes;
  for (std::uint64_t at = 0; at < file.size(); at += bytes.size()) {
    bytes.resize(std::min(kAtOnce, file.size() - at));
    file.read_at(bytes, at);
    hasher.update(bytes);
  }
  if (choice.pooled.empty() && choice.map.empty() && choice.class_tokens < 0) return hasher.hex();
  return hasher.update(choice.pooled).update(choice.map).update(std::to_string(choice.class_tokens)).hex();
}

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
  return {
      {.name = "module",
       .default_value = std::string(),
       .help =
           "the module's file, of torch.jit.save; it is a program and is run: use one of somebody you trust"},
      {.name = "image_size",
       .default_value = std::int64_t{0},
       .help = "side in pixels of the square images that the module takes; 0: what the file says",
       .minimum = 0,
       .maximum = 4096},
      {.name = "resize",
       .default_value = std::string("auto"),
       .help = "how an image becomes square: squish (all of it is squeezed) or center_crop (its middle is "
               "cut out); "
               "auto: what the file says, else squish",
       .choices = {"auto", "squish", "center_crop"}},
      {.name = "resize_to",
       .default_value = std::int64_t{0},
       .help = "with center_crop, the image's shorter side in pixels before the cut; 0: what the file says",
       .minimum = 0,
       .maximum = 8192},
      {.name = "mean",
       .default_value = std::string(),
       .help =
           "what is subtracted from red, green and blue in [0, 1], e.g. 0.485,0.456,0.406; none: what the "
           "file says"},
      {.name = "std",
       .default_value = std::string(),
       .help = "what they are divided by then, e.g. 0.229,0.224,0.225; none: what the file says"},
      {.name = "pooled",
       .default_value = std::string(),
       .help = "where the module returns several outputs: index or name of the pooled feature; none: what "
               "the file "
               "says, else there is none"},
      {.name = "map", .default_value = std::string(), .help = "index or name of the map, likewise"},
      {.name = "class_tokens",
       .default_value = std::int64_t{-1},
       .help = "tokens that a transformer's map begins with and that are no places of the image; -1: what "
               "the file "
               "says, else one if that leaves a square, or none",
       .minimum = -1,
       .maximum = 1024},
  };
}

TorchScriptEncoder::TorchScriptEncoder(const Options& given) {
  const std::filesystem::path path = given.text("module");
  if (path.empty()) throw UsageError("encoder torchscript needs a module: give --set encoder.module=FILE");
  ScriptFile file = read_script(path);
  const Options options = with_options_of_file(given, file.options);
  choice_ = {.pooled = options.text("pooled"),
             .map = options.text("map"),
             .class_tokens = options.integer("class_tokens")};
  preprocessing_ = preprocessing_from(options);
  weights_ = {.source = path.string(), .fingerprint = fingerprint_of(path, choice_)};
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
  shape_ = {.channels = black.map.size(2), .map_height = black.height, .map_width = black.width};
  if (black.pooled.size(1) != shape_.channels)
    throw UsageError(fmt::format(
        "the module's pooled feature has {} channels and its map {}; set only pooled or only map.",
        black.pooled.size(1), shape_.channels));
  if (black.pooled.size(0) != kImages || black.map.size(0) != kImages)
    throw UsageError(fmt::format(
        "the module gives features of {} images for {}: it was traced for a fixed number; trace it for any.",
        black.pooled.size(0), kImages));
  if (!black.pooled.isfinite().all().item<bool>() || !black.map.isfinite().all().item<bool>())
    throw NumericError(fmt::format("the module {} makes features of a black image that are not finite.",
                                   shown(weights_.source)));
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
  if (!features.map.defined()) {
    features.map = features.pooled.unsqueeze(1);
    features.height = 1;
    features.width = 1;
  }
  if (!features.pooled.defined()) features.pooled = features.map.mean(1);
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
