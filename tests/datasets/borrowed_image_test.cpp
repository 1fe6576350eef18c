#include <tagloom/base/error.hpp>
#include <tagloom/datasets/images/borrowed_image.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/core.hpp>

#include <cstdint>
#include <vector>

namespace tagloom::datasets {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(BorrowedImage, HasThePixelsWithoutWhatIsBetweenRows) {
  const std::vector<std::uint8_t> bytes = {1, 2, 3, 4, 5, 6, 99, 99, 7, 8, 9, 10, 11, 12};
  const LoadedImage image =
      borrowed_image({.data = bytes.data(), .height = 2, .width = 2, .stride = 8}, "[0]");
  EXPECT_EQ(image.rgb.at<cv::Vec3b>(0, 1), cv::Vec3b(4, 5, 6));
  EXPECT_EQ(image.rgb.at<cv::Vec3b>(1, 0), cv::Vec3b(7, 8, 9));
  EXPECT_EQ(image.rgb.data, bytes.data());
}

TEST(BorrowedImage, RefusesAShapeThatNoPictureHas) {
  const std::vector<std::uint8_t> bytes(12);
  const auto borrow = [&](const PixelsInMemory& pixels) {
    return [pixels] { (void)borrowed_image(pixels, "[7]"); };
  };
  EXPECT_THAT(borrow({.data = nullptr, .height = 2, .width = 2, .stride = 6}),
              ThrowsMessage<DataError>(HasSubstr("the image [7] has no pixels.")));
  EXPECT_THAT(borrow({.data = bytes.data(), .height = 0, .width = 2, .stride = 6}),
              ThrowsMessage<DataError>(HasSubstr("0 rows of 2 pixels")));
  EXPECT_THAT(borrow({.data = bytes.data(), .height = 2, .width = std::int64_t{1} << 31, .stride = 6}),
              ThrowsMessage<DataError>(HasSubstr("2 rows of 2147483648 pixels")));
  EXPECT_THAT(borrow({.data = bytes.data(), .height = 2, .width = 2, .stride = 5}),
              ThrowsMessage<DataError>(HasSubstr("rows of 5 bytes; 2 pixels of red, green and blue take 6")));
}

}  // namespace
}  // namespace tagloom::datasets
