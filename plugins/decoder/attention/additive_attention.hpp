#pragma once

/// Additive attention over an image's pixels (Bahdanau et al., ICLR 2015; over feature maps, Xu et al., ICML
/// 2015, section 3.1.2):
///
///     e_p = w . ReLU(W_e f_p + W_d h),   a = softmax_p(e),   context = sum_p a_p f_p
///
/// Parameters: `encoder_att.{weight,bias}` [attention, channels], `decoder_att.{weight,bias}` [attention,
/// hidden], `full_att.{weight,bias}` [1, attention].

#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>

namespace tagloom {

class AdditiveAttention : public torch::nn::Module {
 public:
  struct Sizes {
    std::int64_t channels = 0;
    std::int64_t hidden = 0;
    std::int64_t attention = 0;
  };
  explicit AdditiveAttention(Sizes sizes);

  /// The pixels' side of the scores, the same at every step: map `[images, pixels, channels]` to
  /// `[images, pixels, attention]`.
  at::Tensor keys(const at::Tensor& map);

  struct Result {
    /// `[hypotheses, channels]`
    at::Tensor context;
    /// `[hypotheses, pixels]`
    at::Tensor weights;
  };
  /// `hidden` is `[hypotheses, hidden]`, equally many hypotheses for each image, image by image.
  Result attend(const at::Tensor& hidden, const at::Tensor& map, const at::Tensor& keys);

 private:
  torch::nn::Linear encoder_att_;
  torch::nn::Linear decoder_att_;
  torch::nn::Linear full_att_;
};

}  // namespace tagloom
