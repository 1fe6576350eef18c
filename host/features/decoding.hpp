#pragma once

/// How images are decoded for an encoder, by the rules that a cache or a checkpoint records.

#include <tagloom/datasets/images/image.hpp>
#include <tagloom/encoder.hpp>
#include <tagloom/featurecache/schema.hpp>

namespace tagloom::features {

struct DecodingLimits {
  std::int64_t max_pixels = datasets::DecodeOptions{}.max_pixels;
  bool accept_damaged = false;
};

[[nodiscard]] datasets::DecodeOptions decoding(featurecache::PixelRule pixels,
                                               featurecache::DecodeRule decode,
                                               const Preprocessing& preprocessing,
                                               const DecodingLimits& limits);

}  // namespace tagloom::features
