#include "export/check.hpp"

#include "export/examples.hpp"
#include "export/recording.hpp"
#include "export/refusal.hpp"

#include <tagloom/base/counted.hpp>
#include <tagloom/base/interrupt.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <limits>

namespace tagloom::torchscript {
namespace {

/// Others than those that were recorded with. An encoder takes long enough for a few.
constexpr std::array<std::int64_t, 2> kImages = {1, 5};
constexpr std::array<std::int64_t, 3> kFeatures = {1, 5, 32};
/// As a share of the largest number: what sums in another order differ by.
constexpr double kRounding = 1e-4;

bool agree(const Tensors& actual, const Tensors& expected) {
  return std::ranges::equal(actual, expected, [](const at::Tensor& a, const at::Tensor& b) {
    if (a.sizes() != b.sizes() || a.scalar_type() != b.scalar_type()) return false;
    if (a.numel() == 0) return true;
    const auto largest = [](const at::Tensor& x) { return x.to(at::kDouble).abs().max().item<double>(); };
    return largest(a - b) <= kRounding * largest(b);
  });
}

class Check {
 public:
  Check(torch::jit::Module exported, const Parts& parts, const Description& description)
      : exported_(std::move(exported)), parts_(parts), description_(description) {}

  void encoder(std::int64_t images) {
    const torch::jit::Stack arguments = {example_images(parts_, images)};
    // Unrecorded, another library may convolve (nn/recorded.hpp), which rounds otherwise.
    const Tensors expected = results_while_recorded(
        arguments, [this](const torch::jit::Stack& given) { return parts_.encode(given); });
    (void)same(encoder_of(parts_), "encode", arguments, expected, images);
  }

  /// Returns the features with a classifier's concepts.
  Tensors classifier(Tensors features) {
    const torch::jit::Stack arguments = {argument(features)};
    const Tensors concepts =
        same(classifier_of(parts_), "score", arguments, parts_.score(arguments), features.front().size(0));
    features.push_back(concepts.front());
    return features;
  }

  void decoder(const Tensors& features) {
    const std::int64_t images = features.front().size(0);
    const c10::IValue given = argument(features);
    Tensors state = same(decoder_of(parts_), "begin", {given}, parts_.begin({given}), images);
    at::Tensor emitted = at::zeros({images, description_.vocabulary.size() + 1}, at::kBool);
    at::Tensor token = at::full({images}, description_.vocabulary.start(), at::kLong);
    for (std::int64_t t = 0; t < description_.max_steps; ++t) {
      const Tensors next = same(decoder_of(parts_), "step", {token, t, given, argument(state)},
                                parts_.step({token, given, argument(state)}), images);
      // Whatever they are, labels are emitted once.
      token = next.front().masked_fill(emitted, -std::numeric_limits<double>::infinity()).argmax(1);
      emitted.scatter_(1, token.unsqueeze(1), true);
      emitted.select(1, description_.vocabulary.stop()).fill_(false);
      state.assign(next.begin() + 1, next.end());
    }
  }

 private:
  /// Returns what was expected, which is what came.
  Tensors same(const std::string& part, const std::string& method, const torch::jit::Stack& arguments,
               Tensors expected, std::int64_t images) {
    throw_if_stop_requested();
    Tensors actual;
    refusing(part, [&] { actual = exported_.get_method(method)(arguments).toTensorVector(); });
    if (!agree(actual, expected))
      throw refusal(part, fmt::format("what was recorded of it computes other numbers than it does, with {}",
                                      counted(images, "image")));
    return expected;
  }

  torch::jit::Module exported_;
  const Parts& parts_;
  const Description& description_;
};

}  // namespace

void check(torch::jit::Module exported, const Parts& parts, const Description& description) {
  const at::NoGradGuard no_grad;
  Check check(std::move(exported), parts, description);
  for (const std::int64_t images : kImages)
    check.encoder(images);
  for (const std::int64_t images : kFeatures) {
    Tensors features = example_features(parts, images);
    if (parts.model().classifier()) features = check.classifier(std::move(features));
    if (parts.model().decoder()) check.decoder(features);
  }
}

}  // namespace tagloom::torchscript
