#include "features/image_loader.hpp"

#include "runtime/exceptions.hpp"
#include "support/files.hpp"
#include "support/memory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

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

/// Ends with 0 if the loader says that memory ran out, and with 1 if it blames the image.
[[noreturn]] void load_within(const std::string& image, std::size_t bytes) {
  tagloom::testing::allow_only(bytes);
  try {
    ImageLoader loader({{"large.ppm", image}}, {.size = 2}, {.batch = 1});
    (void)loader.next();
  } catch (const std::exception& error) {
    std::_Exit(runtime::ran_out_of_memory(error) ? 0 : 1);
  }
  std::_Exit(1);
}

TEST(ImageLoaderDeathTest, AnImageThatMemoryDoesNotSufficeForIsNotLeftOut) {
  SKIP_UNDER_ADDRESS_SANITIZER();
  const tagloom::testing::TemporaryFolder folder;
  tagloom::testing::write_text(folder / "large.ppm",
                               "P6\n8192 8192\n255\n" + std::string(3 * 8192 * 8192, ' '));
  EXPECT_EXIT(load_within(folder / "large.ppm", std::size_t{256} << 20), ::testing::ExitedWithCode(0), "");
}

TEST(ImageLoader, StopsWaitingWhenToldTo) {
  // Nobody loads anything.
  ImageLoader loader({{"a.jpg", "a.jpg"}}, {.size = 2}, {.threads = 0, .stop = [] { return true; }});
  EXPECT_FALSE(loader.next());
}

}  // namespace
}  // namespace tagloom::features
