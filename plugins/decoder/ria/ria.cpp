/// RIA, the Recurrent Image Annotator (Jin & Nakayama, ICPR 2016, section III): an LSTM (lstm_decoder.hpp)
/// whose first hidden state is a linear projection of the pooled image feature and whose first cell state is
/// zero.

#include <tagloom/nn/lstm_decoder.hpp>
#include <tagloom/plugin.hpp>

namespace tagloom {

class RiaDecoder : public LstmDecoder {
 public:
  RiaDecoder(const Options& options, const DecoderSetup& setup)
      : LstmDecoder(options, setup, {.start = setup.features.channels}) {}

  [[nodiscard]] FeatureNeeds needs() const override { return {.pooled = true, .map = false}; }

  DecoderState begin(const Features& features) override { return started(features.pooled); }
};

}  // namespace tagloom

TAGLOOM_DECODER(ria, tagloom::RiaDecoder,
                "Recurrent Image Annotator: an LSTM started from the pooled image feature",
                "Jin & Nakayama, Annotation Order Matters: Recurrent Image Annotator, ICPR 2016")
