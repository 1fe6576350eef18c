/// Caches that are made of files which stay where they are: virtual ones, and several opened as one.

#include "hdf5/hdf5.hpp"
#include "tiny_cache.hpp"

#include <tagloom/featurecache/merge.hpp>
#include <tagloom/featurecache/stream.hpp>

namespace tagloom::featurecache {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

class VirtualCache : public ::testing::Test {
 protected:
  fs::path write_some(const std::string& name, std::int64_t begin, std::int64_t end,
                      Compression compression = Compression::bitmap) {
    fs::create_directories((folder_ / name).parent_path());
    CacheInfo info = tiny_info();
    info.compression = compression;
    CacheWriter writer(folder_ / name, info, tiny_settings());
    append_images(writer, begin, end);
    (void)writer.finish();
    return folder_ / name;
  }
  std::vector<fs::path> pieces() {
    return {write_some("pieces/a.h5", 0, 5), write_some("pieces/b.h5", 3, 9, Compression::none),
            write_some("pieces/c.h5", 9, 12)};
  }
  fs::path merged() {
    (void)merge(folder_ / "v.h5", pieces(), {.is_virtual = true});
    return folder_ / "v.h5";
  }
  std::string refusal(const fs::path& cache) {
    return sentence_of([&] { (void)CacheReader(cache); });
  }

  testing::TemporaryFolder folder_;
};

TEST_F(VirtualCache, HasEveryImageWithItsFeatures) {
  const fs::path cache = merged();
  expect_tiny_cache(cache, 12);
  EXPECT_EQ(CacheReader(cache).info().pieces, 3);
  EXPECT_EQ(CacheReader(cache).info().format, 5);
}

TEST_F(VirtualCache, IsTheSameFileWhateverTheOrderOfItsPieces) {
  const auto given = pieces();
  (void)merge(folder_ / "v.h5", given, {.is_virtual = true});
  (void)merge(folder_ / "w.h5", {given[2], given[0], given[1]}, {.is_virtual = true});
  EXPECT_EQ(testing::read_text(folder_ / "v.h5"), testing::read_text(folder_ / "w.h5"));
}

TEST_F(VirtualCache, MovesTogetherWithItsPieces) {
  (void)merged();
  testing::TemporaryFolder elsewhere;
  fs::copy(folder_.path(), elsewhere / "moved", fs::copy_options::recursive);
  fs::remove_all(folder_ / "pieces");
  expect_tiny_cache(elsewhere / "moved/v.h5", 12);
}

TEST_F(VirtualCache, IsReadFromAnyFolder) {
  const fs::path cache = merged();
  const fs::path before = fs::current_path();
  fs::current_path(folder_.path());
  expect_tiny_cache("v.h5", 12);
  fs::current_path(before);
}

TEST_F(VirtualCache, ReadsTheSameThroughHdf5Itself) {
  const fs::path cache = merged();
  const CacheReader reader(cache);
  const Hdf5Session session;
  const Handle file(H5Fopen(cache.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  ASSERT_GE(file, 0);
  for (const char* name : {"features/pooled", "features/map"}) {
    const Handle dataset(H5Dopen2(file, name, H5P_DEFAULT));
    const bool pooled = std::string(name) == "features/pooled";
    at::Tensor all = at::zeros(pooled ? at::IntArrayRef{12, 3} : at::IntArrayRef{12, 4, 3}, at::kHalf);
    ASSERT_GE(H5Dread(dataset, half_type(), H5S_ALL, H5S_ALL, H5P_DEFAULT, all.data_ptr()), 0);
    for (std::int64_t row = 0; row < 12; ++row) {
      const std::int64_t image = std::stoll(reader.names()[static_cast<std::size_t>(row)]);
      const Features wanted = tiny_features(image);
      EXPECT_TRUE(all[row].equal((pooled ? wanted.pooled : wanted.map)[0])) << name << " " << image;
    }
  }
}

TEST_F(VirtualCache, NamesAPieceThatIsMissing) {
  const fs::path cache = merged();
  fs::remove(folder_ / "pieces/b.h5");
  EXPECT_THAT(refusal(cache),
              AllOf(HasSubstr("v.h5 is made of"), HasSubstr("pieces/b.h5, which is not there")));
}

TEST_F(VirtualCache, NamesAPieceThatIsAnotherCacheNow) {
  const fs::path cache = merged();
  fs::remove(folder_ / "pieces/b.h5");
  (void)write_some("pieces/b.h5", 3, 8);
  EXPECT_THAT(refusal(cache), AllOf(HasSubstr("pieces/b.h5"), HasSubstr("another cache now")));
}

TEST_F(VirtualCache, NamesTheImageAndThePieceThatAreDamaged) {
  const fs::path cache = merged();
  flip_byte(folder_ / "pieces/c.h5", fs::file_size(folder_ / "pieces/c.h5") - 3);
  EXPECT_THAT(sentence_of([&] { CacheReader(cache).verify(); }),
              AllOf(HasSubstr("pieces/c.h5 are damaged"), HasSubstr("9.jpeg")));
}

TEST_F(VirtualCache, CanBeMergedAsACopyButNotAsAPieceOfAnother) {
  const fs::path cache = merged();
  const fs::path more = write_some("more.h5", 0, 1);
  (void)merge(folder_ / "copy.h5", {cache, more});
  expect_tiny_cache(folder_ / "copy.h5", 12);
  EXPECT_THAT(sentence_of([&] {
                (void)merge(folder_ / "w.h5", {cache, more}, {.is_virtual = true});
              }),
              HasSubstr("v.h5 is a virtual cache itself"));
}

TEST_F(VirtualCache, ThatIsMadeOfItselfIsRefused) {
  const std::vector<fs::path> beside = {write_some("a.h5", 0, 3), write_some("b.h5", 3, 6)};
  (void)merge(folder_ / "v.h5", beside, {.is_virtual = true});
  fs::rename(folder_ / "v.h5", folder_ / "a.h5");
  EXPECT_THAT(refusal(folder_ / "a.h5"), HasSubstr("a.h5, which is a virtual cache itself"));
}

TEST_F(VirtualCache, OpensNoPieceOutsideOfItsFolderByAWholePath) {
  const fs::path cache = merged();
  std::string bytes = testing::read_text(cache);
  // Every time that it is named: by HDF5's own account of virtual data, and by ours.
  for (std::size_t at = bytes.find("pieces/c.h5"); at != std::string::npos;
       at = bytes.find("pieces/c.h5", at + 1))
    bytes[at] = '/';
  testing::write_text(cache, bytes);
  EXPECT_THAT(refusal(cache), HasSubstr("v.h5"));
}

TEST_F(VirtualCache, SeveralCachesAreReadAsOneWithoutAMerge) {
  const auto given = pieces();
  const CacheReader joined(given);
  const CacheReader one(write_tiny_cache(folder_ / "one.h5", 12));
  EXPECT_EQ(joined.info().images, 12);
  EXPECT_EQ(joined.info().data_fingerprint, one.info().data_fingerprint);
  std::vector<std::vector<std::int64_t>> batches(1);
  for (std::int64_t image = 0; image < 12; ++image)
    batches.front().push_back(joined.row_of(tiny_key(image).name));
  FeatureStream stream(joined, batches, {.needs = {.pooled = true, .map = true}, .type = at::kHalf});
  const auto batch = stream.next();
  ASSERT_TRUE(batch);
  for (std::int64_t image = 0; image < 12; ++image)
    EXPECT_TRUE(batch->map[image].equal(tiny_features(image).map[0])) << image;
  joined.verify();
}

TEST_F(VirtualCache, SeveralCachesOfTwoEncodersAreNotReadAsOne) {
  CacheInfo other = tiny_info();
  other.encoder = "other";
  {
    CacheWriter writer(folder_ / "other.h5", other, tiny_settings());
    append_images(writer, 0, 3);
    (void)writer.finish();
  }
  const std::vector<fs::path> both = {write_some("a.h5", 3, 6), folder_ / "other.h5"};
  EXPECT_THAT(sentence_of([&] { (void)CacheReader(both); }),
              AllOf(HasSubstr("must not be mixed"), HasSubstr("encoder tiny there, other here")));
}

}  // namespace
}  // namespace tagloom::featurecache
