#include "ria_decoder.hpp"

#include <tagloom/plugin.hpp>

TAGLOOM_DECODER(ria, tagloom::RiaDecoder, "Recurrent Image Annotator: an LSTM started from the pooled image feature",
                "Jin & Nakayama, Annotation Order Matters: Recurrent Image Annotator, ICPR 2016")
