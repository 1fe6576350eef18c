// Everything that is damaged in a cache, by its rows.

#include "layout/cache_file.hpp"
#include "tiny_cache.hpp"

#include <tagloom/featurecache/verify.hpp>

#include <array>

namespace tagloom::featurecache {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

using Found = std::vector<std::pair<std::string, RowDamage>>;

Found damaged_rows(const fs::path& path, int threads = 1) {
  Found found;
  for (const DamagedRow& row : verify(path, {.threads = threads}).rows)
    found.emplace_back(row.name, row.damage);
  return found;
}

/// Where the last byte of a row's map is.
std::size_t end_of_map(const fs::path& path, std::size_t row) {
  const Layout layout = CacheFile(path).layout();
  return layout.map[row] + layout.keys.stored_map_bytes[row] - 1;
}

/// The only place of `bytes` in a file.
std::size_t place_of(const fs::path& path, const std::string& bytes) {
  const std::string all = testing::read_text(path);
  const auto place = all.find(bytes);
  EXPECT_NE(place, std::string::npos);
  EXPECT_EQ(all.find(bytes, place + 1), std::string::npos);
  return place;
}

TEST(Verify, FindsNothingInASoundCache) {
  const TemporaryFolder folder;
  const Verification found = verify(write_tiny_cache(folder / "c.h5", 10));
  EXPECT_TRUE(found.sound());
  EXPECT_EQ(found.info.images, 10);
  for (const char* older : {"featurecache_format1.h5", "featurecache_format2.h5", "featurecache_format3.h5"})
    EXPECT_TRUE(verify(testing::test_data(older)).sound()) << older;
}

TEST(Verify, NamesEveryRowWhoseFeaturesChanged) {
  const TemporaryFolder folder;
  const fs::path path = write_tiny_cache(folder / "c.h5", 10);
  const Layout layout = CacheFile(path).layout();
  flip_byte(path, end_of_map(path, 2));
  flip_byte(path, layout.pooled[5]);
  flip_byte(path, end_of_map(path, 9));
  for (const int threads : {1, 3})
    EXPECT_THAT(damaged_rows(path, threads),
                ElementsAre(Pair("2.jpeg", RowDamage::changed), Pair("5.jpeg", RowDamage::changed),
                            Pair("9.jpeg", RowDamage::changed)));
}

TEST(Verify, NamesTheRowWhoseHashChanged) {
  const TemporaryFolder folder;
  const fs::path path = write_tiny_cache(folder / "c.h5", 4);
  const std::string hash = CacheFile(path).layout().keys.row_hashes[1];
  const std::size_t place = place_of(path, hash);
  flip_byte(path, place);
  EXPECT_THAT(damaged_rows(path), ElementsAre(Pair("1.jpeg", RowDamage::changed)));
  // No hash at all, which makes other readers refuse the file.
  std::string bytes = testing::read_text(path);
  bytes.replace(place, 4, 4, '\0');
  testing::write_text(path, bytes);
  EXPECT_THROW(CacheReader{path}, DamagedFile);
  EXPECT_THAT(damaged_rows(path), ElementsAre(Pair("1.jpeg", RowDamage::changed)));
}

TEST(Verify, NamesTheRowWhosePlaceInTheIndexChanged) {
  const TemporaryFolder folder;
  const fs::path path = write_tiny_cache(folder / "c.h5", 4);
  const Layout layout = CacheFile(path).layout();
  const std::array<std::uint64_t, 2> values = {layout.map[3], layout.keys.stored_map_bytes[3]};
  const std::size_t entry =
      place_of(path, std::string(reinterpret_cast<const char*>(values.data()), sizeof values));
  flip_byte(path, entry);
  EXPECT_THAT(damaged_rows(path), ElementsAre(Pair("3.jpeg", ::testing::_)));
  // Far behind the end.
  flip_byte(path, entry + 6);
  EXPECT_THROW(CacheReader{path}, DamagedFile);
  EXPECT_THAT(damaged_rows(path), ElementsAre(Pair("3.jpeg", RowDamage::misplaced)));
}

TEST(Verify, NamesTheRowsThatAFileWasCutShortBy) {
  const TemporaryFolder folder;
  const fs::path path = write_tiny_cache(folder / "c.h5", 6);
  const auto bytes = fs::file_size(path);
  const std::size_t cut = end_of_map(path, 4);
  fs::resize_file(path, cut);
  const Verification found = verify(path);
  EXPECT_EQ(found.missing_bytes, bytes - cut);
  EXPECT_THAT(damaged_rows(path),
              ElementsAre(Pair("4.jpeg", RowDamage::cut_off), Pair("5.jpeg", RowDamage::cut_off)));
  // The names themselves.
  fs::resize_file(path, 1000);
  EXPECT_THROW((void)verify(path), DamagedFile);
}

TEST(Verify, TellsOfNamesAndContentHashesThatChanged) {
  const TemporaryFolder folder;
  for (const char* text : {"3.jpeg", "hash of 3"}) {
    const fs::path path = write_tiny_cache(folder / "c.h5", 4);
    flip_byte(path, place_of(path, text));
    const Verification found = verify(path);
    EXPECT_TRUE(found.keys_changed);
    EXPECT_FALSE(found.sound());
    EXPECT_THAT(found.rows, IsEmpty());
    fs::remove(path);
  }
}

TEST(Verify, SaysWhenNothingCanBeFound) {
  const TemporaryFolder folder;
  const fs::path path = write_tiny_cache(folder / "c.h5", 4);
  flip_byte(path, 20);
  EXPECT_THAT(sentence_of<DamagedFile>([&] { (void)verify(path); }),
              ::testing::HasSubstr("cut short or damaged"));
  EXPECT_THROW((void)verify(folder / "none.h5"), DataError);
}

TEST(Verify, CountsTheRowsThatItRead) {
  const TemporaryFolder folder;
  const fs::path path = write_tiny_cache(folder / "c.h5", 10);
  std::int64_t total = 0;
  std::int64_t rows = 0;
  (void)verify(path, {.threads = 2,
                      .begin = [&](std::int64_t all) { total = all; },
                      .step =
                          [&](std::int64_t some) {
                            EXPECT_EQ(total, 10);
                            rows += some;
                          }});
  EXPECT_EQ(rows, 10);
}

}  // namespace
}  // namespace tagloom::featurecache
