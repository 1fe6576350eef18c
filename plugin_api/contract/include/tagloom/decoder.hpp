#pragma once

/// A decoder emits an image's labels one at a time. It offers *one step* and *the whole sequence* side by
/// side; search and free-running losses use the first, teacher forcing the second. A decoder knows no search
/// and no loss, and a search handles any decoder's state because a state is an open set of tensors whose
/// first dimension is the hypothesis.

#include <tagloom/batch_sizes.hpp>
#include <tagloom/features.hpp>
#include <tagloom/options.hpp>
#include <tagloom/vocabulary.hpp>

#include <torch/nn/module.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tagloom {

/// What a decoder carries from step to step. Hypotheses lie image by image, equally many for each image.
struct TAGLOOM_API DecoderState {
  /// What differs between hypotheses: `[hypotheses, ...]`. The other sizes are the decoder's own and may
  /// change from step to step: a cache of attention's keys begins as `[images, 0, ...]`.
  std::map<std::string, at::Tensor> tensors;
  /// What all hypotheses of an image share (a feature map, attention keys): `[images, ...]`. A search never
  /// copies it for the sake of a hypothesis. `begin` alone makes it; a step passes on what it was given.
  std::map<std::string, at::Tensor> memory = {};
  /// What `begin` made once for all steps, of whatever type the decoder knows it to be; a step passes it on,
  /// and so does a search. It holds for the images of `begin`, whichever of them a state is of.
  std::shared_ptr<const void> kept = {};

  [[nodiscard]] const at::Tensor& operator[](const std::string& name) const { return tensors.at(name); }
  /// The hypotheses given (`[n]`, int64), in that order, repeated where an index repeats; again image by
  /// image, equally many each, all images kept.
  [[nodiscard]] DecoderState select(const at::Tensor& hypotheses) const;
  /// The images given (`[n]`, int64), in that order, with the `width` hypotheses of each.
  [[nodiscard]] DecoderState select_images(const at::Tensor& images, std::int64_t width) const;
  /// The first `images` images, which have one hypothesis each; nothing is copied.
  [[nodiscard]] DecoderState first_images(std::int64_t images) const;
};

/// What one step returns.
struct DecoderStep {
  /// `[hypotheses, labels + 1]`, unnormalised; the last column is the stop token.
  at::Tensor logits;
  /// `[hypotheses, pixels]`, sums to one over the pixels; undefined for decoders without attention.
  at::Tensor attention;
  DecoderState state;
};

/// What a decoder is built for.
struct DecoderSetup {
  std::int64_t labels = 0;
  FeatureShape features;
  /// Pretrained token embeddings `[labels + 2, embedding]`, float32; undefined when they are to be learned
  /// from scratch. When given, its width is the embedding size.
  at::Tensor embeddings;
};

/// A `torch::nn::Module`: its parameters and buffers are its checkpoint. Registered names are UTF-8, and part
/// of the format. With `--precision bfloat16` it runs under LibTorch's autocast: features and the results of
/// products are bfloat16 then, parameters but for `product_weights` float32, and logits may be either.
///
/// Two instances may be used at the same time, each by a thread. Whatever is thrown becomes a sentence that
/// names the decoder; nothing is printed on standard output, which belongs to results.
class TAGLOOM_API Decoder : public torch::nn::Module {
 public:
  ~Decoder() override = default;

  [[nodiscard]] virtual FeatureNeeds needs() const = 0;

  /// The state before the first step, one hypothesis an image.
  virtual DecoderState begin(const Features& features) = 0;

  /// One step from the previous tokens `[hypotheses]` (int64; the start token first).
  virtual DecoderStep step(const at::Tensor& tokens, const DecoderState& state) = 0;

  /// Logits `[batch, steps, labels + 1]` for the given previous tokens `[batch, steps]` (int64), zeros where
  /// `sizes` says that no step is taken. The default loops over `step`; a decoder overrides it where the
  /// whole sequence can be computed at once, with equal results.
  virtual at::Tensor teacher_forced(const Features& features, const at::Tensor& tokens,
                                    const BatchSizes& sizes);
  /// Every image takes every step.
  at::Tensor teacher_forced(const Features& features, const at::Tensor& tokens) {
    return teacher_forced(features, tokens, every_step(tokens.size(0), tokens.size(1)));
  }

  /// The parameters that are used in products of the toolbox (nn/) only. With
  /// `--precision bfloat16` they are bfloat16 tensors while the decoder trains, so that no step casts them
  /// or their gradients; the host keeps them in float32 beside. Naming none is right, too, and slower.
  [[nodiscard]] virtual std::vector<at::Tensor> product_weights() const { return {}; }
};

/// The previous tokens `[images]` (int64) of step `t`, of those images that take it, which are the first
/// ones. `logits` are those of the step before, undefined at the first.
using PreviousTokens =
    std::function<at::Tensor(std::int64_t t, std::int64_t images, const at::Tensor& logits)>;

/// Logits `[batch, steps, labels + 1]` of a decoder that takes step after step, zeros where none is taken.
TAGLOOM_API at::Tensor run_steps(Decoder& decoder, const Features& features, std::int64_t steps,
                                 const BatchSizes& sizes, const PreviousTokens& previous_tokens);

/// The same, fed the decoder's own most probable token at every step, from `start` on, never stopped early.
/// Gradients flow through the logits, not through the choice of tokens.
TAGLOOM_API at::Tensor free_running(Decoder& decoder, const Features& features, std::int64_t start,
                                    std::int64_t steps, const BatchSizes& sizes);

}  // namespace tagloom
