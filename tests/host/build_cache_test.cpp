/// Caches built in stages, on one device and on several.

#include "features/build_cache.hpp"

#include "places.hpp"
#include "support/files.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/datasets/demo.hpp>
#include <tagloom/featurecache/reader.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace tagloom::features {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::ThrowsMessage;

/// Eighty pictures.
const std::filesystem::path& data() {
  static const tagloom::testing::TemporaryFolder folder;
  static const std::filesystem::path written = [] {
    datasets::write_demo(folder / "demo", {.images = 80, .width = 64, .height = 64});
    return folder / "demo";
  }();
  return written;
}

/// One that has an encoder of a millisecond (tests/fixtures/mean_colour.cpp).
const registry::Registry& with_mean_colour() {
  static const registry::Registry found(
      std::vector<registry::PluginFolder>{{TAGLOOM_TEST_FIXTURES "/mean_colour"}});
  return found;
}

BuildConfig config(const std::filesystem::path& output) {
  return {
      .data = data(), .output = output, .encoder = "mean_colour", .map = true, .batch = 3, .device = "cpu"};
}

TEST(BuildCache, OnSeveralDevicesIsTheCacheOfOneBitForBit) {
  const tagloom::testing::TemporaryFolder folder;
  (void)build_cache(config(folder / "one.h5"), with_mean_colour(), {});
  BuildConfig several = config(folder / "several.h5");
  several.device = BuildConfig().device;
  several.devices = "cpu,cpu,cpu";
  const BuildResult result = build_cache(several, with_mean_colour(), {});
  EXPECT_TRUE(result.finished);
  EXPECT_EQ(tagloom::testing::read_text(folder / "several.h5"),
            tagloom::testing::read_text(folder / "one.h5"));
}

TEST(BuildCache, SaysWhatItWaitsForAndHowFarItIsFromOneThreadAlone) {
  const tagloom::testing::TemporaryFolder folder;
  std::int64_t steps = 0;
  std::string waited;
  const auto caller = std::this_thread::get_id();
  BuildConfig several = config(folder / "c.h5");
  several.device = BuildConfig().device;
  several.devices = "cpu,cpu";
  const BuildResult result = build_cache(several, with_mean_colour(),
                                         {.step =
                                              [&](std::int64_t images) {
                                                EXPECT_EQ(std::this_thread::get_id(), caller);
                                                steps += images;
                                              },
                                          .waits_for = [&](std::string_view stage) { waited = stage; }});
  EXPECT_EQ(steps, result.info.images);
  EXPECT_EQ(result.encoded, result.info.images);
  EXPECT_THAT(waited, Not(""));
  EXPECT_THAT(result.waited_for, Not(""));
  EXPECT_THAT(result.stages, HasSubstr("the encoder"));
}

TEST(BuildCache, ThatIsStoppedKeepsWhatWasEncodedAndGoesOn) {
  const tagloom::testing::TemporaryFolder folder;
  (void)build_cache(config(folder / "one.h5"), with_mean_colour(), {});
  bool stop = false;
  const BuildResult stopped =
      build_cache(config(folder / "c.h5"), with_mean_colour(),
                  {.step = [&](std::int64_t) { stop = true; }, .stop = [&] { return stop; }});
  EXPECT_FALSE(stopped.finished);
  ASSERT_GT(stopped.encoded, 0);
  std::int64_t done = 0;
  const BuildResult rest = build_cache(config(folder / "c.h5"), with_mean_colour(),
                                       {.begin = [&](std::int64_t before, std::int64_t) { done = before; }});
  EXPECT_EQ(done, stopped.encoded);
  EXPECT_EQ(rest.encoded + done, rest.info.images);
  EXPECT_EQ(tagloom::testing::read_text(folder / "c.h5"), tagloom::testing::read_text(folder / "one.h5"));
}

TEST(BuildCache, ThatIsStoppedOnSeveralDevicesEndsWithAllOfThem) {
  const tagloom::testing::TemporaryFolder folder;
  std::atomic<bool> stop = false;
  BuildConfig several = config(folder / "c.h5");
  several.device = BuildConfig().device;
  several.devices = "cpu,cpu,cpu";
  several.batch = 1;
  const BuildResult stopped =
      build_cache(several, with_mean_colour(),
                  {.step = [&](std::int64_t) { stop = true; }, .stop = [&] { return stop.load(); }});
  EXPECT_FALSE(stopped.finished);
  EXPECT_TRUE(build_cache(several, with_mean_colour(), {}).finished);
  (void)build_cache(config(folder / "one.h5"), with_mean_colour(), {});
  EXPECT_EQ(tagloom::testing::read_text(folder / "c.h5"), tagloom::testing::read_text(folder / "one.h5"));
}

TEST(BuildCache, EndsOnAllDevicesWhenTheEncoderOfOneFails) {
  const tagloom::testing::TemporaryFolder folder;
  const registry::Registry faulty(std::vector<registry::PluginFolder>{{TAGLOOM_TEST_FIXTURES "/faulty"}});
  BuildConfig several = config(folder / "c.h5");
  several.device = BuildConfig().device;
  several.devices = "cpu,cpu,cpu";
  several.encoder = "faulty";
  several.encoder_options = {{"fault", "half"}};
  EXPECT_THAT([&] { (void)build_cache(several, faulty, {}); },
              ThrowsMessage<PluginError>(HasSubstr("pooled is float16")));
}

TEST(BuildCache, TakesOneDeviceOrSeveral) {
  BuildConfig both = config("c.h5");
  both.devices = "cpu,cpu";
  EXPECT_THAT([&] { check(both); }, ThrowsMessage<UsageError>(HasSubstr("either --device (one)")));
}

TEST(BuildCache, OfAScaledAndOfAFullDecodingAreNotMixed) {
  const tagloom::testing::TemporaryFolder folder;
  bool stop = false;
  (void)build_cache(config(folder / "c.h5"), with_mean_colour(),
                    {.step = [&](std::int64_t) { stop = true; }, .stop = [&] { return stop; }});
  BuildConfig other = config(folder / "c.h5");
  other.decode = featurecache::DecodeRule::scaled;
  EXPECT_THAT([&] { (void)build_cache(other, with_mean_colour(), {}); },
              ThrowsMessage<DataError>(HasSubstr("JPEGs (--decode) full there, scaled here")));
}

}  // namespace
}  // namespace tagloom::features
