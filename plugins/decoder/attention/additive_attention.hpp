#pragma once

/// Additive attention over an image's pixels (Bahdanau et al., ICLR 2015; over feature maps, Xu et al., ICML
/// 2015, section 3.1.2):
///
///     e_p = v . ReLU(W_e f_p + b_e + W_d h + b_d) + b_v,   a = softmax_p(e),   context = sum_p a_p f_p
///
/// What is seen is scaled by a gate (Xu et al., section 4.2.1). On a GPU all of it is one kernel
/// (attention_on_device.hpp), and LibTorch's operations where that cannot be.
///
/// Parameters: `encoder_att.{weight,bias}` [attention, channels], `decoder_att.{weight,bias}` [attention,
/// hidden], `full_att.{weight,bias}` [1, attention].

#include <tagloom/nn/kept.hpp>

#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>

#include <map>
#include <string>
#include <vector>

namespace tagloom {

class AdditiveAttention : public torch::nn::Module {
 public:
  struct Sizes {
    std::int64_t channels = 0;
    std::int64_t hidden = 0;
    std::int64_t attention = 0;
  };
  explicit AdditiveAttention(Sizes sizes);

  /// The memory that all steps share: "map" `[images, pixels, channels]` and "keys" `[images, pixels,
  /// attention]` (the pixels' side of the scores, projected once). Adds to what is kept the weight "query",
  /// the gradient of "keys", and what a GPU's kernels need.
  std::map<std::string, at::Tensor> begin(const at::Tensor& map, Kept& kept);

  /// What the context is scaled by, through a sigmoid.
  struct Gate {
    /// `[hypotheses, channels]`, float32, to which the bias `[channels]` is yet to be added.
    at::Tensor logits;
    const at::Tensor& bias;
  };
  struct Result {
    /// `[hypotheses, channels]`
    at::Tensor gated;
    /// `[hypotheses, pixels]`
    at::Tensor weights;
  };
  /// Looks with the state's "hidden" `[hypotheses, hidden]`.
  Result attend(const DecoderState& state, const Gate& gate);

  /// As a decoder's.
  [[nodiscard]] std::vector<at::Tensor> product_weights() const {
    return {encoder_att_->weight, decoder_att_->weight};
  }

 private:
  /// `[1, attention]` as `[attention]`.
  [[nodiscard]] at::Tensor v() const { return full_att_->weight.view(-1); }

  torch::nn::Linear encoder_att_;
  torch::nn::Linear decoder_att_;
  torch::nn::Linear full_att_;
};

}  // namespace tagloom
