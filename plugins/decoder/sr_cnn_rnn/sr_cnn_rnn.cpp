/// SR-CNN-RNN (Liu et al., CVPR 2017, section 3): an LSTM (lstm_decoder.hpp) started from the label
/// probabilities that a supervised concept layer predicts, so that features and sequence are learned with
/// losses of their own. By default the sequence's gradient is cut at the concepts, as in the Python reference
/// implementation; `concept_gradient=joint` lets it through (the paper's last stage).

#include <tagloom/nn/lstm_decoder.hpp>
#include <tagloom/plugin.hpp>

#include <ATen/ATen.h>

namespace tagloom {

class SrCnnRnnDecoder : public LstmDecoder {
 public:
  static std::vector<OptionSpec> options() {
    auto specs = LstmDecoder::options();
    specs.push_back({.name = "concept_gradient",
                     .default_value = std::string("cut"),
                     .help = "whether the sequence loss trains the concept layer, too",
                     .choices = {"cut", "joint"}});
    return specs;
  }

  SrCnnRnnDecoder(const Options& options, const DecoderSetup& setup)
      : LstmDecoder(options, setup, {.start = setup.labels}),
        joint_(options.text("concept_gradient") == "joint") {}

  [[nodiscard]] FeatureNeeds needs() const override {
    return {.pooled = false, .map = false, .concepts = true};
  }

  DecoderState begin(const Features& features) override {
    return started((joint_ ? features.concepts : features.concepts.detach()).sigmoid());
  }

 private:
  bool joint_;
};

}  // namespace tagloom

TAGLOOM_DECODER(sr_cnn_rnn, tagloom::SrCnnRnnDecoder,
                "An LSTM started from the label probabilities of a supervised concept layer",
                "Liu et al., Semantic Regularisation for Recurrent Image Annotation, CVPR 2017")
