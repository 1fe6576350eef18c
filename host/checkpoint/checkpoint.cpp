#include "checkpoint/checkpoint.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/json_text.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/weights/safetensors.hpp>

#include <ATen/core/Tensor.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <iterator>
#include <string_view>

namespace tagloom::checkpoint {
namespace {

using nlohmann::json;

constexpr int kFormat = 2;

json to_json(const FeatureSource& source) {
  json value = {{"encoder", source.encoder},
                {"weights_fingerprint", source.weights_fingerprint},
                {"preprocessing", source.preprocessing},
                {"channels", source.shape.channels},
                {"map_height", source.shape.map_height},
                {"map_width", source.shape.map_width}};
  if (source.recipe) {
    value["encoder_options"] = source.recipe->options;
    value["weights_source"] = source.recipe->weights_source;
    value["random_weights"] = source.recipe->random;
  }
  return value;
}

FeatureSource feature_source(const json& value) {
  FeatureSource source{value.at("encoder"), value.at("weights_fingerprint"), value.at("preprocessing"),
                       FeatureShape{value.at("channels"), value.at("map_height"), value.at("map_width")}};
  if (value.contains("encoder_options"))
    source.recipe = {.options = value.at("encoder_options").get<registry::Assignments>(),
                     .weights_source = value.at("weights_source"),
                     .random = value.at("random_weights")};
  return source;
}

json to_json(const Calibration& calibration) {
  return {{"temperature", calibration.temperature},
          {"bias", calibration.bias},
          {"images", calibration.images},
          {"error_before", calibration.error_before},
          {"error_after", calibration.error_after}};
}

std::optional<Calibration> calibration(const json& model) {
  if (!model.contains("calibration")) return std::nullopt;
  const json& value = model.at("calibration");
  return Calibration{.temperature = value.at("temperature"),
                     .bias = value.at("bias"),
                     .images = value.at("images"),
                     .error_before = value.at("error_before"),
                     .error_after = value.at("error_after")};
}

json to_json(const models::ModelSpec& model) {
  return {{"classifier", model.classifier},
          {"classifier_options", model.classifier_options},
          {"decoder", model.decoder},
          {"decoder_options", model.decoder_options}};
}

models::ModelSpec model_spec(const json& description, int format) {
  // Format 1 knew decoders only.
  if (format == 1)
    return {.classifier = {},
            .classifier_options = {},
            .decoder = description.at("decoder"),
            .decoder_options = description.at("decoder_options").get<registry::Assignments>()};
  const json& model = description.at("model");
  return {.classifier = model.at("classifier"),
          .classifier_options = model.at("classifier_options").get<registry::Assignments>(),
          .decoder = model.at("decoder"),
          .decoder_options = model.at("decoder_options").get<registry::Assignments>()};
}

NamedTensors model_weights(NamedTensors weights, int format) {
  if (format == 1) {
    for (auto& [name, tensor] : weights)
      name.insert(0, "decoder.");
  }
  return weights;
}

DataError damaged(const std::filesystem::path& path, std::string_view what) {
  return DataError(fmt::format(
      "{} has damaged checkpoint metadata ({}); train again or use another checkpoint.", shown(path), what));
}

std::int64_t elements_of(const NamedTensors& weights) {
  std::int64_t elements = 0;
  for (const auto& [name, tensor] : weights)
    elements += tensor.numel();
  return elements;
}

/// Numbers that sizes and loops are made of: none may ask for more than the labels and weights have.
bool sensible(const Checkpoint& checkpoint) {
  constexpr std::int64_t kMostChannels = 1 << 20;
  constexpr std::int64_t kLargestMap = 4096;
  const auto within = [](std::int64_t value, std::int64_t least, std::int64_t most) {
    return value >= least && value <= most;
  };
  const FeatureShape& shape = checkpoint.features.shape;
  const std::int64_t labels = checkpoint.vocabulary.size();
  const std::int64_t widest = elements_of(checkpoint.weights) / (labels + 2);
  constexpr double kMost = 1e6;
  const Calibration calibration = checkpoint.calibration.value_or(Calibration());
  const double temperature = calibration.temperature;
  const std::int64_t thresholds = checkpoint.model.decoder.empty() ? labels : 0;
  return within(shape.channels, 1, kMostChannels) && within(shape.map_height, 0, kLargestMap) &&
         within(shape.map_width, 0, kLargestMap) && within(checkpoint.embedding, 0, widest) &&
         within(checkpoint.max_steps, 1, labels + 1) && std::ssize(checkpoint.train_counts) == labels &&
         std::ssize(checkpoint.thresholds) == thresholds && temperature >= 1 / kMost &&
         temperature <= kMost && std::abs(calibration.bias) <= kMost;
}

}  // namespace

void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint) {
  json model = {
      {"format", kFormat},
      {"labels", checkpoint.vocabulary.labels()},
      {"train_counts", checkpoint.train_counts},
      {"features", to_json(checkpoint.features)},
      {"validation", {{"fraction", checkpoint.validation.fraction}, {"seed", checkpoint.validation.seed}}},
      {"model", to_json(checkpoint.model)},
      {"embedding", checkpoint.embedding},
      {"max_steps", checkpoint.max_steps},
      {"thresholds", checkpoint.thresholds},
      {"record", checkpoint.record}};
  if (checkpoint.validation.stratified) model["validation"]["stratified"] = true;
  if (checkpoint.validation.test_fraction > 0)
    model["test"] = {{"fraction", checkpoint.validation.test_fraction},
                     {"seed", checkpoint.validation.test_seed}};
  if (checkpoint.calibration) model["calibration"] = to_json(*checkpoint.calibration);
  write_safetensors(path, {.metadata = {{"tagloom", to_json_text(model)}}, .tensors = checkpoint.weights});
}

namespace {

Carving carving(const json& model) {
  Carving carving{.fraction = model.at("validation").at("fraction"),
                  .seed = model.at("validation").at("seed")};
  carving.stratified = model.at("validation").value("stratified", false);
  if (model.contains("test")) {
    carving.test_fraction = model.at("test").at("fraction");
    carving.test_seed = model.at("test").at("seed");
  }
  return carving;
}

}  // namespace

Checkpoint read_checkpoint(const std::filesystem::path& path) {
  Safetensors file = read_safetensors(path);
  const auto text = file.metadata.find("tagloom");
  if (text == file.metadata.end())
    throw DataError(
        fmt::format("{} holds weights but is no tagloom checkpoint; give a file that `tagloom train` wrote.",
                    shown(path)));
  try {
    const json model = json::parse(text->second);
    const int format = model.at("format");
    if (format > kFormat)
      throw DataError(
          fmt::format("{} has checkpoint format {}, this tagloom reads up to {}; use a newer tagloom.",
                      shown(path), format, kFormat));
    Checkpoint checkpoint{.vocabulary = Vocabulary(model.at("labels").get<std::vector<std::string>>()),
                          .train_counts = model.at("train_counts").get<std::vector<std::int64_t>>(),
                          .features = feature_source(model.at("features")),
                          .validation = carving(model),
                          .model = model_spec(model, format),
                          .embedding = model.at("embedding"),
                          .max_steps = model.at("max_steps"),
                          .thresholds = model.value("thresholds", std::vector<float>()),
                          .calibration = calibration(model),
                          .record = model.at("record").get<std::map<std::string, std::string>>(),
                          .weights = model_weights(std::move(file.tensors), format)};
    if (format < 1 || !sensible(checkpoint)) throw damaged(path, "values out of range");
    return checkpoint;
  } catch (const json::parse_error&) {
    throw damaged(path, "it is no valid JSON");
  } catch (const json::exception&) {
    throw damaged(path, "a part of it is missing or of another type");
  }
}

}  // namespace tagloom::checkpoint
