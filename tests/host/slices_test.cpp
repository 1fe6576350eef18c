#include "features/slices.hpp"

#include "places.hpp"
#include "support/files.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace tagloom::features {
namespace {

class Slices : public ::testing::Test {
 protected:
  static const CheckedEncoder& tresnet() {
    static const registry::Registry built({TAGLOOM_TEST_PLUGINS});
    static const CheckedEncoder encoder(built, "tresnet", {{"random", "true"}, {"image_size", "64"}},
                                        at::kCPU);
    return encoder;
  }
};

TEST_F(Slices, OfACpuAreFewImagesAndOfNoMoreThanABatch) {
  EXPECT_EQ(slice_size(tresnet(), 16), 4);
  EXPECT_EQ(slice_size(tresnet(), 3), 3);
}

TEST_F(Slices, GiveAnImageTheSameFeaturesWhateverElseIsInThem) {
  at::manual_seed(7);
  const at::Tensor images = at::rand({4, 3, 64, 64});
  const FeatureNeeds needs{.pooled = true, .map = true};
  const Features together = encode_slice(tresnet(), images, 4, needs);
  for (std::int64_t i = 0; i < 4; ++i) {
    const Features alone = encode_slice(tresnet(), images.narrow(0, i, 1), 4, needs);
    EXPECT_TRUE(at::equal(alone.pooled[0], together.pooled[i])) << "image " << i;
    EXPECT_TRUE(at::equal(alone.map[0], together.map[i])) << "image " << i;
  }
}

}  // namespace
}  // namespace tagloom::features
