#include "export/export_model.hpp"

#include "export/check.hpp"
#include "export/examples.hpp"
#include "export/exported_module.hpp"
#include "export/refusal.hpp"
#include "export/sources.hpp"

#include <tagloom/base/interrupt.hpp>

#include <ATen/ATen.h>
#include <torch/csrc/jit/serialization/import.h>

#include <sstream>
#include <utility>

namespace tagloom::torchscript {
namespace {

/// Two counts of images and of steps, none of them 1, which LibTorch's operations treat apart.
constexpr std::int64_t kRecordedImages = 3;
constexpr std::int64_t kRecordedStep = 2;

/// A function that knows no step.
std::shared_ptr<Graph> recorded(const std::function<torch::jit::Stack(std::int64_t images)>& arguments,
                                const Function& function) {
  throw_if_stop_requested();
  const auto first = record(arguments(kRecordedImages), function);
  const auto more_images = record(arguments(kRecordedImages + 1), function);
  return for_any_size({.images = kRecordedImages, .graphs = {first, more_images, first, more_images}});
}

Tensors with_concepts(const Parts& parts, Tensors features) {
  if (!parts.model().classifier()) return features;
  features.push_back(parts.score({argument(features)}).front());
  return features;
}

/// What a step is given after so many others.
torch::jit::Stack step_arguments(const Parts& parts, const Description& description, std::int64_t images,
                                 std::int64_t step) {
  const c10::IValue features = argument(with_concepts(parts, example_features(parts, images)));
  Tensors state = parts.begin({features});
  at::Tensor token = at::full({images}, description.vocabulary.start(), at::kLong);
  for (std::int64_t t = 0; t < step; ++t) {
    Tensors next = parts.step({token, features, argument(state)});
    token = at::zeros_like(token);
    state.assign(next.begin() + 1, next.end());
  }
  return {token, features, argument(state)};
}

std::shared_ptr<Graph> recorded_step(const Parts& parts, const Description& description) {
  throw_if_stop_requested();
  const at::NoGradGuard no_grad;
  const auto sample = [&](std::int64_t images, std::int64_t step) {
    return record(step_arguments(parts, description, images, step),
                  [&](const torch::jit::Stack& arguments) { return parts.step(arguments); });
  };
  return for_any_size(
      {.images = kRecordedImages,
       .step = kRecordedStep,
       .graphs = {sample(kRecordedImages, kRecordedStep), sample(kRecordedImages + 1, kRecordedStep),
                  sample(kRecordedImages, kRecordedStep + 1),
                  sample(kRecordedImages + 1, kRecordedStep + 1)}});
}

void add_encoder(ExportedModule& module, const Parts& parts) {
  refusing(encoder_of(parts), [&] {
    module.add_method(
        "encode",
        recorded([&](std::int64_t images) -> torch::jit::Stack { return {example_images(parts, images)}; },
                 [&](const auto& arguments) { return parts.encode(arguments); }));
  });
  // (x / 255 - mean) / std as the datasets' preparation has it, to the bit.
  const Preprocessing& preprocessing = parts.encoder().preprocessing();
  at::Tensor scale = at::empty({3, 1, 1});
  at::Tensor shift = at::empty({3, 1, 1});
  for (std::size_t color = 0; color < 3; ++color) {
    scale.data_ptr<float>()[color] = 1.0F / (255.0F * preprocessing.std[color]);
    shift.data_ptr<float>()[color] = preprocessing.mean[color] / preprocessing.std[color];
  }
  module.add_buffer("scale", scale);
  module.add_buffer("shift", shift);
  module.add_number("image_size", preprocessing.size);
  module.add_number("resize_to", preprocessing.rule == ResizeRule::squish ? 0 : preprocessing.resize_to);
}

void add_classifier(ExportedModule& module, const Parts& parts) {
  const auto features = [&](std::int64_t images) -> torch::jit::Stack {
    return {argument(example_features(parts, images))};
  };
  refusing(classifier_of(parts), [&] {
    module.add_method("score",
                      recorded(features, [&](const auto& arguments) { return parts.score(arguments); }));
  });
}

void add_decoder(ExportedModule& module, const Parts& parts, const Description& description) {
  const auto features = [&](std::int64_t images) -> torch::jit::Stack {
    return {argument(with_concepts(parts, example_features(parts, images)))};
  };
  refusing(decoder_of(parts), [&] {
    module.add_method("begin",
                      recorded(features, [&](const auto& arguments) { return parts.begin(arguments); }));
    module.add_method("step", recorded_step(parts, description));
  });
  module.add_number("start", description.vocabulary.start());
  module.add_number("stop", description.vocabulary.stop());
  module.add_number("max_labels", description.max_steps - 1);
  module.add_source(parts.model().classifier() ? kConcepts : kNoConcepts);
}

}  // namespace

std::string exported(const Parts& parts, const Description& description) {
  ExportedModule module;
  add_encoder(module, parts);
  module.add_texts("labels", description.vocabulary.labels());
  module.add_number("temperature", description.calibration.temperature);
  module.add_number("bias", description.calibration.bias);
  module.add_source(kConfidence);
  if (parts.model().classifier()) add_classifier(module, parts);
  if (parts.model().decoder()) {
    add_decoder(module, parts, description);
    module.add_source(kGreedy);
  } else {
    module.add_buffer("thresholds", at::tensor(description.thresholds));
    module.add_source(kThresholds);
  }
  module.add_source(kPictures);
  std::ostringstream content;
  module.module().save(content, {{"tagloom.json", description.provenance}});
  std::istringstream written(content.str());
  check(torch::jit::load(written), parts, description);
  return std::move(content).str();
}

}  // namespace tagloom::torchscript
