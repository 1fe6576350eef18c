#include "decoder/decoder_example.hpp"

#include "example.hpp"

#include <ATen/ATen.h>

namespace tagloom::conformance {

DecoderExample::DecoderExample(const DecoderSetup& built_for, const FeatureNeeds& needs)
    : setup(built_for), features(example_features(kImages, setup.features, setup.labels, needs)) {
  tokens = at::arange(kImages * kSteps, at::kLong).remainder(setup.labels).view({kImages, kSteps});
  tokens.select(1, 0).fill_(setup.labels + 1);
}

DecoderExample DecoderExample::first(std::int64_t images) const {
  DecoderExample fewer = *this;
  fewer.features = features.select(at::arange(images, at::kLong));
  fewer.tokens = tokens.narrow(0, 0, images);
  return fewer;
}

DecoderSizes DecoderExample::sizes(at::ScalarType type) const {
  return {.rows = images(),
          .steps = tokens.size(1),
          .labels = setup.labels,
          .pixels = setup.features.pixels(),
          .features = type};
}

}  // namespace tagloom::conformance
