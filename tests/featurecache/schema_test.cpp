#include "tiny_cache.hpp"

namespace tagloom::featurecache {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(CacheInfo, SurvivesJson) {
  CacheInfo info = tiny_info();
  info.images = 4999;
  info.data_fingerprint = "abc";
  info.weights.random = true;
  info.preprocessing.rule = ResizeRule::center_crop;
  info.preprocessing.resize_to = 512;
  info.pixels = PixelRule::stored;
  info.decode = DecodeRule::scaled;
  info.left_out = {.images = 12, .names = {"a.jpg", "b.jpg"}};
  const CacheInfo back = from_json(to_json(info), "c.h5");
  EXPECT_EQ(back.format, kFormat);
  EXPECT_EQ(back.version, info.version);
  EXPECT_EQ(back.encoder, info.encoder);
  EXPECT_EQ(back.encoder_options, info.encoder_options);
  EXPECT_EQ(back.weights.source, info.weights.source);
  EXPECT_EQ(back.weights.fingerprint, info.weights.fingerprint);
  EXPECT_TRUE(back.weights.random);
  EXPECT_EQ(back.preprocessing, info.preprocessing);
  EXPECT_EQ(back.pixels, PixelRule::stored);
  EXPECT_EQ(back.decode, DecodeRule::scaled);
  EXPECT_EQ(back.left_out.images, 12);
  EXPECT_EQ(back.left_out.names, info.left_out.names);
  EXPECT_EQ(back.feature_shape, info.feature_shape);
  EXPECT_TRUE(back.has.map);
  EXPECT_EQ(back.images, 4999);
  EXPECT_EQ(back.data_fingerprint, "abc");
}

TEST(CacheInfo, JsonShowsDecimalsAsTheyWereMeant) {
  EXPECT_THAT(to_json(tiny_info()), AllOf(HasSubstr("0.485,"), HasSubstr("\"rule\": \"squish\"")));
}

TEST(CacheInfo, ThatDoesNotSayHowJpegsWereDecodedIsOfAFullDecoding) {
  CacheInfo info = tiny_info();
  info.decode = DecodeRule::scaled;
  std::string json = to_json(info);
  const std::string said = ",\n  \"decode\": \"scaled\"";
  ASSERT_NE(json.find(said), std::string::npos) << json;
  json.erase(json.find(said), said.size());
  EXPECT_EQ(from_json(json, "c.h5").decode, DecodeRule::full);
}

TEST(CacheInfo, APathThatIsNoUtf8CanBeStored) {
  CacheInfo info = tiny_info();
  info.weights.source = "\xFF\xFE.pth";
  EXPECT_NO_THROW((void)from_json(to_json(info), "c.h5"));
}

TEST(CacheInfo, RefusesJsonThatMakesNoSense) {
  const auto replaced = [](const std::string& what, const std::string& by) {
    std::string json = to_json(tiny_info());
    json.replace(json.find(what), what.size(), by);
    return sentence_of([&] { (void)from_json(json, "c.h5"); });
  };
  EXPECT_THAT(replaced("\"images\": 0", "\"images\": -1"), HasSubstr("c.h5"));
  EXPECT_THAT(replaced("\"images\": 0", "\"images\": \"many\""), HasSubstr("c.h5"));
  EXPECT_THAT(replaced("\"channels\": 3", "\"channels\": 9000000000000000000"), HasSubstr("c.h5"));
  EXPECT_THAT(replaced("\"map_width\": 2", "\"map_width\": 0"), HasSubstr("c.h5"));
  EXPECT_THAT(replaced("squish", "squash"), HasSubstr("c.h5"));
  EXPECT_THAT(replaced("\"format\": 6", "\"format\": 0"), HasSubstr("c.h5"));
  EXPECT_THAT(replaced("\"format\": 6", "\"format\": 7"), HasSubstr("newer tagloom"));
  EXPECT_THAT(replaced("\"encoder\"", "\"encodes\""), HasSubstr("c.h5"));
  EXPECT_THAT(replaced("\"decode\": \"full\"", "\"decode\": \"half\""), HasSubstr("c.h5"));
}

TEST(CacheInfo, OfAShardReadsBackAndAnyOtherSaysNothingOfShards) {
  CacheInfo shard = tiny_info();
  shard.shard = ShardOf{.index = 2, .count = 8, .list = "abc"};
  EXPECT_EQ(from_json(to_json(shard), "c.h5").shard, shard.shard);
  EXPECT_EQ(to_text(*shard.shard), "2/8");
  EXPECT_EQ(difference(shard, tiny_info()), "");
  EXPECT_THAT(to_json(tiny_info()),
              ::testing::Not(::testing::AnyOf(HasSubstr("shard"), HasSubstr("pieces"))));
  shard.shard->index = 9;
  EXPECT_THAT(sentence_of([&] { (void)from_json(to_json(shard), "c.h5"); }), HasSubstr("is damaged"));
}

TEST(CacheInfo, IsWrittenInTheOldestFormatThatHasAllItNeeds) {
  CacheInfo info = tiny_info();
  EXPECT_EQ(format_for(info), 4);
  info.pieces = 2;
  EXPECT_EQ(format_for(info), 5);
  info = tiny_info();
  info.shard = ShardOf{.index = 2, .count = 8, .list = "abc"};
  EXPECT_EQ(format_for(info), 5);
  info = tiny_info();
  info.decode = DecodeRule::scaled;
  EXPECT_EQ(format_for(info), 5);
}

TEST(CacheInfo, DifferenceIsEmptyWhereFeaturesMayBeMixed) {
  CacheInfo moved = tiny_info();
  moved.version = "9.9.9";
  moved.images = 7;
  moved.data_fingerprint = "other images";
  moved.weights.source = moved.encoder_options["weights"] = "/elsewhere/w.pth";
  EXPECT_EQ(difference(tiny_info(), moved), "");
  moved.weights.source += " (of its 2 sets the averaged one, ema)";
  EXPECT_EQ(difference(tiny_info(), moved), "");
}

TEST(CacheInfo, DifferenceSaysWhatDiffers) {
  CacheInfo other = tiny_info();
  other.encoder_options["layers"] = "4";
  other.encoder_options["extra"] = "yes";
  other.preprocessing.size = 224;
  EXPECT_EQ(
      difference(tiny_info(), other),
      "preprocessing squish 448, mean 0.485 0.456 0.406, std 0.229 0.224 0.225 there, squish 224, mean 0.485 "
      "0.456 0.406, std 0.229 0.224 0.225 here; encoder option extra absent there, \"yes\" here; encoder "
      "option layers \"3\" there, \"4\" here");
  other = tiny_info();
  other.weights.fingerprint = "5678";
  other.feature_shape.channels = 4;
  EXPECT_EQ(difference(tiny_info(), other), "other weights; feature shape 2 x 2 x 3 there, 2 x 2 x 4 here");
}

TEST(CacheInfo, NamesTenOfTheImagesThatAreLeftOut) {
  CacheInfo info = tiny_info();
  info.left_out = {.images = 1000, .names = std::vector<std::string>(1000, std::string(5000, '\n'))};
  const std::string json = to_json(info);
  EXPECT_LT(json.size(), 60000U) << "an attribute of HDF5 holds 64 KiB";
  EXPECT_EQ(from_json(json, "c.h5").left_out.images, 1000);
  EXPECT_EQ(from_json(json, "c.h5").left_out.names.size(), 10U);
}

TEST(CacheInfo, PreprocessingAsText) {
  EXPECT_EQ(to_text(Preprocessing{.size = 448}), "squish 448, mean 0 0 0, std 1 1 1");
  EXPECT_EQ(to_text(Preprocessing{.size = 224, .rule = ResizeRule::center_crop, .resize_to = 256}),
            "resize 256 crop 224, mean 0 0 0, std 1 1 1");
}

}  // namespace
}  // namespace tagloom::featurecache
