#include "my_component.hpp"

#include <tagloom/conformance/encoder.hpp>
#include <tagloom/conformance/gtest.hpp>

#include <map>
#include <memory>
#include <string>

namespace my_component_plugin {
namespace {

tagloom::Options options(const std::map<std::string, std::string>& given = {}) {
  return {"my_component", SmallEncoder::options(), given};
}

TEST(my_component, KeepsWhatTheHostReliesOn) {
  EXPECT_TRUE(tagloom::conformance::keeps_promises(
      tagloom::conformance::check_encoder([] { return std::make_unique<SmallEncoder>(options()); })));
}

TEST(my_component, HasAPixelForEach32OfTheImageAndTwiceTheChannelsWhenWide) {
  const SmallEncoder narrow(options({{"image_size", "96"}}));
  const tagloom::FeatureShape shape{.channels = 256, .map_height = 3, .map_width = 3};
  EXPECT_EQ(narrow.feature_shape(), shape);
  EXPECT_EQ(SmallEncoder(options({{"variant", "wide"}})).feature_shape().channels, 512);
}

}  // namespace
}  // namespace my_component_plugin
