#include "features/decoding.hpp"

#include <tagloom/datasets/images/preprocess.hpp>

namespace tagloom::features {

datasets::DecodeOptions decoding(featurecache::PixelRule pixels, featurecache::DecodeRule decode,
                                 const Preprocessing& preprocessing, const DecodingLimits& limits) {
  const bool scaled = decode == featurecache::DecodeRule::scaled;
  return {.max_pixels = limits.max_pixels,
          .accept_damaged = limits.accept_damaged,
          .as_stored = pixels == featurecache::PixelRule::stored,
          .sufficient_side = scaled ? datasets::sufficient_side(preprocessing) : 0};
}

}  // namespace tagloom::features
