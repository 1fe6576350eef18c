#pragma once

/// What the host relies on in an encoder (violations.hpp).

#include <tagloom/conformance/violations.hpp>
#include <tagloom/encoder.hpp>

namespace tagloom::conformance {

/// Shapes and types of `encode` against what the encoder declares; pooled is the map's mean; no gradient is
/// carried; two calls agree; images of a batch do not influence each other; the weights' fingerprint is not
/// empty.
TAGLOOM_API Violations check_encoder(Encoder& encoder);

}  // namespace tagloom::conformance
