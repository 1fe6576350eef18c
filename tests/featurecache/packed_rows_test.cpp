/// Rows that one thread packs and another writes.

#include "tiny_cache.hpp"

#include <tagloom/featurecache/packed_rows.hpp>

#include <limits>
#include <optional>
#include <span>
#include <thread>
#include <utility>

namespace tagloom::featurecache {
namespace {

using ::testing::HasSubstr;
using testing::TemporaryFolder;

TEST(PackedRows, MakeTheCacheThatPlainFeaturesMake) {
  const TemporaryFolder folder;
  write_tiny_cache(folder / "plain.h5", 10);
  {
    CacheWriter writer(folder / "packed.h5", tiny_info(), tiny_settings());
    for (std::int64_t image = 0; image < 10; ++image) {
      const ImageKey key = tiny_key(image);
      std::optional<PackedRows> rows;
      std::thread([&] { rows.emplace(tiny_info(), std::span(&key, 1), tiny_features(image)); }).join();
      EXPECT_EQ(rows->size(), 1U);
      writer.append(std::move(*rows));
    }
    (void)writer.finish();
  }
  EXPECT_EQ(testing::read_text(folder / "packed.h5"), testing::read_text(folder / "plain.h5"));
}

TEST(PackedRows, RefuseNumbersThatAreNoneAndNameTheImage) {
  Features broken = tiny_features(7);
  broken.map[0][1][2] = std::numeric_limits<float>::infinity();
  const ImageKey key = tiny_key(7);
  EXPECT_THAT([&] { PackedRows(tiny_info(), std::span(&key, 1), broken); },
              ::testing::ThrowsMessage<NumericError>(HasSubstr("the features of image 7.jpeg hold NaN")));
}

TEST(PackedRows, AreTakenWithoutACopyInTheTypeInWhichTheyAreStored) {
  const Features half = tiny_features(1);
  EXPECT_EQ(to_store(half, StoredType::float16).map.data_ptr(), half.map.data_ptr());
  const Features given{.pooled = at::full({1, 3}, 0.1), .map = {}};
  for (const auto& [stored, type] :
       {std::pair{StoredType::float16, at::kHalf}, std::pair{StoredType::bfloat16, at::kBFloat16},
        std::pair{StoredType::float32, at::kFloat}, std::pair{StoredType::int8, at::kFloat}}) {
    const Features converted = to_store(given, stored);
    EXPECT_EQ(converted.pooled.scalar_type(), type);
    EXPECT_FALSE(converted.map.defined());
  }
}

}  // namespace
}  // namespace tagloom::featurecache
