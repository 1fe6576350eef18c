#include "features/slice_size.hpp"

#include <gtest/gtest.h>

namespace tagloom::features {
namespace {

TEST(SliceSize, OfAFastEncoderIsSoonTheWholeBatch) {
  SliceSize size(16);
  EXPECT_EQ(size.of(16), 1);
  size.took(1, 2.0);  // it had to warm up
  EXPECT_EQ(size.of(15), 1);
  size.took(1, 0.01);
  EXPECT_EQ(size.of(14), 4);
  size.took(4, 0.02);
  EXPECT_EQ(size.of(16), 16);
  EXPECT_EQ(size.of(3), 3);
}

TEST(SliceSize, OfASlowEncoderTakesHalfASecond) {
  SliceSize size(16);
  for (int i = 0; i < 5; ++i) {
    const std::int64_t images = size.of(16);
    size.took(images, 0.1 * static_cast<double>(images));
  }
  EXPECT_EQ(size.of(16), 5);
  size.took(5, 20.0);
  EXPECT_EQ(size.of(16), 1);
}

}  // namespace
}  // namespace tagloom::features
