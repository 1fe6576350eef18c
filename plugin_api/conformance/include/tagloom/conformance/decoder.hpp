#pragma once

/// What the host relies on in a decoder (violations.hpp).

#include <tagloom/conformance/violations.hpp>
#include <tagloom/decoder.hpp>

namespace tagloom::conformance {

/// Shapes; finite logits; the fused `teacher_forced` equals the loop over `step`, also where images stop
/// early; every trainable parameter receives a gradient; images of a batch do not influence each other; a
/// selected state goes on where the original would; attention, where there is any, sums to one. The decoder
/// is left in evaluation mode.
TAGLOOM_API Violations check_decoder(Decoder& decoder, const DecoderSetup& setup);

}  // namespace tagloom::conformance
