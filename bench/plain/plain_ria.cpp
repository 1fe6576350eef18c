#include "plain_lstm.hpp"

#include <tagloom/plugin.hpp>

namespace tagloom {

class PlainRia : public PlainLstm {
 public:
  PlainRia(const Options& options, const DecoderSetup& setup)
      : PlainLstm(options, setup, setup.features.channels, 0) {}

  [[nodiscard]] FeatureNeeds needs() const override { return {.pooled = true, .map = false}; }

  DecoderState begin(const Features& features) override { return started(features.pooled); }

  DecoderStep step(const at::Tensor& tokens, const DecoderState& state) override {
    return advanced(embedded(tokens), state);
  }
};

}  // namespace tagloom

TAGLOOM_DECODER(plain_ria, tagloom::PlainRia,
                "RIA in LibTorch's modules alone, to compare scores and speed with ria",
                "Jin & Nakayama, Annotation Order Matters: Recurrent Image Annotator, ICPR 2016")
