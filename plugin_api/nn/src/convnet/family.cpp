#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/nn/convnet/family.hpp>
#include <tagloom/nn/convnet/initialise.hpp>
#include <tagloom/weights/network_weights.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace tagloom {
namespace {

constexpr std::int64_t kStride = 32;

/// The fingerprint of what the features depend on, without the counters of training steps, which only some
/// files have.
std::string fingerprint_of(const ConvNet& network) {
  NamedTensors weights = named_tensors(network);
  std::erase_if(weights, [](const auto& item) { return item.first.ends_with("num_batches_tracked"); });
  return fingerprint(weights);
}

bool fits(const NamedTensors& weights, const ConvNetFamily& family, const std::string& variant) {
  try {
    load_strictly(*family.make(variant), weights, variant);
    return true;
  } catch (const DataError&) {
    return false;
  }
}

/// Returns what to say about the choice of the weights.
std::string load(ConvNet& network, const ConvNetFamily& family, const std::string& variant,
                 const std::string& file) {
  const NetworkWeights found = network_weights(network, read_weights(file), family.feature_weights);
  try {
    load_strictly(network, found.tensors, fmt::format("{} weights from {}", variant, shown(file)));
  } catch (const DataError&) {
    for (const ConvNetVariant& other : family.variants)
      if (other.name != variant && fits(found.tensors, family, other.name))
        throw DataError(fmt::format("the weights in {} are those of {}, not of {}; set variant={}.",
                                    shown(file), other.name, variant, other.name));
    throw;
  }
  return found.chosen.empty() ? "" : fmt::format(" ({})", found.chosen);
}

EncoderWeights set_weights(ConvNet& network, const ConvNetFamily& family, const Options& options) {
  const std::string& file = options.text("weights");
  if (options.flag("random") && !file.empty())
    throw UsageError(fmt::format("{}: random=true and weights={} contradict each other; give one of them",
                                 family.name, shown(file)));
  const std::int64_t seed = options.integer("seed");
  std::string source = fmt::format("random (seed {})", seed);
  if (file.empty())
    network.initialise(static_cast<std::uint64_t>(seed));
  else
    source = file + load(network, family, options.text("variant"), file);
  return {.source = source, .fingerprint = fingerprint_of(network), .random = file.empty()};
}

std::int64_t image_size(const ConvNetFamily& family, const Options& options) {
  const std::int64_t size = options.integer("image_size");
  if (size == 0) {
    const auto variant = std::ranges::find(family.variants, options.text("variant"), &ConvNetVariant::name);
    return variant->image_size;
  }
  if (size % kStride == 0) return size;
  throw UsageError(fmt::format("the image_size of {} must be a multiple of {}, not {}; {} is near",
                               family.name, kStride, size,
                               std::max(size / kStride, std::int64_t{1}) * kStride));
}

/// What all variants have in common; 0 if they differ.
std::int64_t common_size(const std::vector<ConvNetVariant>& variants) {
  const std::int64_t first = variants.front().image_size;
  const auto same = [first](const ConvNetVariant& variant) { return variant.image_size == first; };
  return std::ranges::all_of(variants, same) ? first : 0;
}

std::string size_help(const std::vector<ConvNetVariant>& variants) {
  std::string text = "side of the square input in pixels, a multiple of 32; 0: the variant's own";
  if (common_size(variants) != 0) return text;
  for (const ConvNetVariant& variant : variants)
    text += fmt::format(", {} for {}", variant.image_size, variant.name);
  return text;
}

}  // namespace

void ConvNet::initialise(std::uint64_t seed) {
  tagloom::initialise(*this, seed);
}

at::Tensor ConvNet::forward(const at::Tensor& images) {
  return run(graph(), images);
}

void ConvNet::fold_batch_norms() {
  const ConvNetGraph described = graph();
  for (const GraphOperation& operation : described.operations())
    if (operation.norm) operation.norm->fold_into(*operation.convolution);
}

std::vector<OptionSpec> convnet_options(const ConvNetFamily& family) {
  std::vector<std::string> names;
  for (const ConvNetVariant& variant : family.variants)
    names.push_back(variant.name);
  return {
      {.name = "variant", .default_value = names.front(), .help = "which network", .choices = names},
      {.name = "weights",
       .default_value = std::string(),
       .help = "file with pretrained weights (" + family.weights_help + ")"},
      {.name = "random",
       .default_value = false,
       .help = "seeded random weights instead: for demonstrations, not for results"},
      {.name = "image_size",
       .default_value = common_size(family.variants),
       .help = size_help(family.variants),
       .minimum = 0,
       .maximum = 4096},
      {.name = "seed",
       .default_value = std::int64_t{1},
       .help = "of random weights, where no file is given",
       .minimum = 0},
      precision_option(),
  };
}

ConvNetEncoder::Network convnet(const ConvNetFamily& family, const Options& options) {
  const std::int64_t size = image_size(family, options);
  std::shared_ptr<ConvNet> network = family.make(options.text("variant"));
  EncoderWeights weights = set_weights(*network, family, options);
  network->fold_batch_norms();
  return {.module = network,
          .forward = [raw = network.get()](const at::Tensor& images) { return raw->forward(images); },
          // Squished, so that no label is cropped away.
          .preprocessing = {.size = size, .rule = ResizeRule::squish, .mean = family.mean, .std = family.std},
          .feature_shape = {.channels = network->channels(),
                            .map_height = size / kStride,
                            .map_width = size / kStride},
          .weights = std::move(weights),
          .graph = network->graph()};
}

Precision precision_from(const ConvNetFamily& family, const Options& options) {
  const Precision precision = precision_from(options);
  return precision == Precision::automatic ? family.automatic : precision;
}

}  // namespace tagloom
