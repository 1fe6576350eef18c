// Uses a little of everything in the bundle, so that what is missing there, or drags something along, is seen
// at once.
#define XXH_INLINE_ALL
#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library.hpp>
#include <boost/program_options.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <hdf5.h>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <xxhash.h>

#include <benchmark/benchmark.h>
#include <png.h>
#include <protozero/pbf_writer.hpp>
#include <pugixml.hpp>
#include <tiffio.h>
#include <toml++/toml.h>
#include <utf8proc.h>
#include <webp/decode.h>

// Needs FILE.
#include <cstdio>
#include <jpeglib.h>
#include <string>
#include <vector>

class Codecs : public testing::TestWithParam<std::string> {};

TEST_P(Codecs, DecodeWhatTheyEncode) {
  cv::Mat image(48, 64, CV_8UC3, cv::Scalar(30, 90, 200));
  cv::circle(image, {32, 24}, 10, {200, 90, 30}, cv::FILLED);
  std::vector<unsigned char> bytes;
  ASSERT_TRUE(cv::imencode(GetParam(), image, bytes));
  const auto decoded = cv::imdecode(bytes, cv::IMREAD_COLOR);
  ASSERT_EQ(decoded.size(), image.size());
  EXPECT_LT(cv::norm(image, decoded, cv::NORM_L1) / static_cast<double>(image.total()), 10.0);
}

INSTANTIATE_TEST_SUITE_P(, Codecs, testing::Values(".jpg", ".png", ".bmp", ".tif", ".webp", ".ppm"));

TEST(CodecLibraries, AreThere) {
  jpeg_error_mgr errors;
  EXPECT_NE(jpeg_std_error(&errors), nullptr);
  EXPECT_GT(png_access_version_number(), 10600U);
  EXPECT_GT(WebPGetDecoderVersion(), 0);
  EXPECT_STREQ(TIFFGetVersion(), TIFFLIB_VERSION_STR);
}

TEST(Utf8proc, Composes) {
  auto* composed = utf8proc_NFC(reinterpret_cast<const utf8proc_uint8_t*>("e\u0301"));
  EXPECT_STREQ(reinterpret_cast<const char*>(composed), "\u00E9");
  free(composed);
}

TEST(Pugixml, Reads) {
  pugi::xml_document document;
  EXPECT_TRUE(document.load_string("<a>1</a>"));
  EXPECT_EQ(document.child("a").text().as_int(), 1);
}

TEST(Benchmark, Times) {
  benchmark::RegisterBenchmark("nothing", [](benchmark::State& state) {
    for (auto _ : state)
      benchmark::ClobberMemory();
  })->Iterations(1);
  EXPECT_EQ(benchmark::RunSpecifiedBenchmarks(), 1U);
}

TEST(Hdf5, IsThreadSafeAndInflates) {
  hbool_t threadsafe = 0;
  ASSERT_GE(H5is_library_threadsafe(&threadsafe), 0);
  EXPECT_TRUE(threadsafe);
  EXPECT_GT(H5Zfilter_avail(H5Z_FILTER_DEFLATE), 0);
}

TEST(Headers, Work) {
  boost::program_options::options_description options("options");
  options.add_options()("help", "help");
  EXPECT_EQ(fmt::format("{}", nlohmann::json::parse("[1]").size()), "1");
  EXPECT_EQ(toml::parse("a = 1")["a"].value_or(0), 1);
  std::string message;
  protozero::pbf_writer(message).add_int64(1, 5);
  EXPECT_EQ(message.size(), 2U);
  EXPECT_NE(XXH3_64bits("a", 1), 0U);
  EXPECT_FALSE(boost::dll::shared_library().is_loaded());
  spdlog::stdout_logger_st("probe")->info("logged");
}
