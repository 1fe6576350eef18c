#pragma once

/// What the host relies on in an encoder (violations.hpp).

#include <tagloom/conformance/violations.hpp>
#include <tagloom/encoder.hpp>

#include <functional>
#include <memory>

namespace tagloom::conformance {

/// Makes an encoder, always with the same options.
using CreateEncoder = std::function<std::unique_ptr<Encoder>()>;

/// - What it declares can be: images, features with a size, weights with a fingerprint.
/// - Features have the declared shape and are float32 and finite, also of black and of white images and
///   of one image; pooled is the map's mean; no gradient is carried; images are left as they are and do
///   not influence each other; two calls agree.
/// - Two encoders of the same options have the same fingerprint and give the same features, also when
///   each is used by a thread at the same time: a cache that was begun is continued by another process.
TAGLOOM_API Violations check_encoder(const CreateEncoder& create, const Observer& observer = {});

}  // namespace tagloom::conformance
