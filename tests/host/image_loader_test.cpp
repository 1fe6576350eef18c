#include "features/image_loader.hpp"

#include "support/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom::features {
namespace {

using ::testing::HasSubstr;

TEST(ImageLoader, NamesWhatItCannotReadAndGoesOn) {
  const tagloom::testing::TemporaryFolder folder;
  tagloom::testing::write_text(folder / "text.jpg", "no image");
  tagloom::testing::write_text(folder / "white.ppm", "P6\n1 1\n255\n\xFF\xFF\xFF");
  ImageLoader loader({{"missing.jpg", folder / "missing.jpg"},
                      {"text.jpg", folder / "text.jpg"},
                      {"white.ppm", folder / "white.ppm"}},
                     {.size = 2}, {.batch = 3});
  const auto batch = loader.next();
  ASSERT_TRUE(batch);
  ASSERT_EQ(batch->failures.size(), 2U);
  EXPECT_EQ(batch->failures[0].name, "missing.jpg");
  EXPECT_THAT(batch->failures[1].sentence, HasSubstr("text.jpg is not an image"));
  ASSERT_EQ(batch->keys.size(), 1U);
  EXPECT_EQ(batch->images.min().item<float>(), 1.0F);
  EXPECT_FALSE(loader.next());
}

TEST(ImageLoader, StopsWaitingWhenToldTo) {
  // Nobody loads anything.
  ImageLoader loader({{"a.jpg", "a.jpg"}}, {.size = 2}, {.threads = 0, .stop = [] { return true; }});
  EXPECT_FALSE(loader.next());
}

}  // namespace
}  // namespace tagloom::features
