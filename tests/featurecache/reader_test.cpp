#include "tiny_cache.hpp"

#include <hdf5.h>

#include <sys/stat.h>
#include <thread>

namespace tagloom::featurecache {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

void open_and_verify(const fs::path& path) {
  CacheReader(path).verify();
}

/// Puts another description into a cache, as a newer tagloom would.
void replace_description(const fs::path& path, const std::string& json) {
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  ASSERT_GE(file, 0);
  H5Adelete(file, "tagloom");
  const hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, json.size());
  const hid_t space = H5Screate(H5S_SCALAR);
  const hid_t attribute = H5Acreate2(file, "tagloom", type, space, H5P_DEFAULT, H5P_DEFAULT);
  EXPECT_GE(H5Awrite(attribute, type, json.data()), 0);
  H5Aclose(attribute);
  H5Sclose(space);
  H5Tclose(type);
  H5Fclose(file);
}

TEST(CacheReader, ReadsRowsInAnyOrderAndRepeated) {
  const TemporaryFolder folder;
  const CacheReader cache(write_tiny_cache(folder / "c.h5", 10));
  const std::vector<std::int64_t> rows = {7, 0, 1, 2, 2, 9, 8};
  const Features found = cache.read(rows, {.pooled = true, .map = true});
  ASSERT_EQ(found.batch(), 7);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto at = static_cast<std::int64_t>(i);
    EXPECT_TRUE(found.pooled.narrow(0, at, 1).equal(tiny_features(rows[i]).pooled));
    EXPECT_TRUE(found.map.narrow(0, at, 1).equal(tiny_features(rows[i]).map));
  }
}

TEST(CacheReader, ReadsOnlyWhatIsNeeded) {
  const TemporaryFolder folder;
  const CacheReader cache(write_tiny_cache(folder / "c.h5", 2));
  const std::vector<std::int64_t> rows = {1};
  EXPECT_FALSE(cache.read(rows, {.pooled = true, .map = false}).map.defined());
  EXPECT_FALSE(cache.read(rows, {.pooled = false, .map = true}).pooled.defined());
  EXPECT_EQ(cache.read({}, {.pooled = true, .map = true}).batch(), 0);
}

TEST(CacheReader, SeveralThreadsReadAtOnce) {
  const TemporaryFolder folder;
  const CacheReader cache(write_tiny_cache(folder / "c.h5", 20));
  std::vector<std::int64_t> rows(20);
  for (std::int64_t row = 0; row < 20; ++row)
    rows[static_cast<std::size_t>(row)] = 19 - row;
  const at::Tensor expected = cache.read(rows, {.pooled = false, .map = true}).map;
  std::atomic<int> equal = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (int repeat = 0; repeat < 50; ++repeat)
          equal += cache.read(rows, {.pooled = false, .map = true}).map.equal(expected) ? 1 : 0;
      });
  }
  EXPECT_EQ(equal, 200);
}

TEST(CacheReader, NamesAnImageThatIsMissing) {
  const TemporaryFolder folder;
  const CacheReader cache(write_tiny_cache(folder / "c.h5", 2));
  EXPECT_THAT(sentence_of([&] { (void)cache.row_of("2.jpeg"); }),
              AllOf(HasSubstr("2.jpeg"), HasSubstr("c.h5")));
}

TEST(CacheReader, RefusesFeaturesThatWereNotStored) {
  const TemporaryFolder folder;
  CacheInfo info = tiny_info();
  info.has.map = false;
  CacheWriter writer(folder / "c.h5", info);
  append_images(writer, 0, 1);
  (void)writer.finish();
  const CacheReader cache(folder / "c.h5");
  const std::vector<std::int64_t> rows = {0};
  EXPECT_THAT(sentence_of([&] { (void)cache.read(rows, {.pooled = true, .map = true}); }),
              HasSubstr("holds no feature maps"));
}

TEST(CacheReader, RefusesWhatIsNoCache) {
  const TemporaryFolder folder;
  const fs::path path = folder / "c.h5";
  const auto refusal = [&] { return sentence_of([&] { CacheReader cache(path); }); };
  EXPECT_THAT(refusal(), HasSubstr("there is no file"));
  testing::write_text(path, "");
  EXPECT_THAT(refusal(), HasSubstr("empty file"));
  testing::write_text(path, "\x89HDF");
  EXPECT_THAT(refusal(), HasSubstr("cut short"));
  testing::write_text(path, std::string(5000, 'x'));
  EXPECT_THAT(refusal(), HasSubstr("no HDF5 file"));
  testing::write_text(path, "version https://git-lfs.github.com/spec/v1\n");
  EXPECT_THAT(refusal(), HasSubstr("Git LFS"));
  H5Fclose(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
  EXPECT_THAT(refusal(), HasSubstr("no feature cache"));
  fs::remove(path);
  fs::create_directory(path);
  EXPECT_THAT(refusal(), HasSubstr("is a folder"));
  fs::remove(path);
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_THAT(refusal(), HasSubstr("is a pipe"));
}

TEST(CacheReader, RefusesANewerFormatAndADamagedDescription) {
  const TemporaryFolder folder;
  const fs::path path = write_tiny_cache(folder / "c.h5", 2);
  const auto refusal = [&](const std::string& json) {
    replace_description(path, json);
    return sentence_of([&] { CacheReader cache(path); });
  };
  EXPECT_THAT(refusal(R"({"format": 7, "other": "keys"})"), AllOf(HasSubstr("newer"), HasSubstr("format 7")));
  EXPECT_THAT(refusal(R"({"format": 1})"), HasSubstr("description in"));
  EXPECT_THAT(refusal("not json"), HasSubstr("description in"));
}

TEST(CacheReader, RefusesAFileCutShortAnywhere) {
  const TemporaryFolder folder;
  const fs::path whole = write_tiny_cache(folder / "c.h5", 10);
  const auto size = fs::file_size(whole);
  for (std::uintmax_t bytes = 0; bytes < size; bytes += bytes < 600 || bytes + 200 > size ? 1 : 61) {
    const fs::path cut = folder / "cut.h5";
    fs::copy_file(whole, cut, fs::copy_options::overwrite_existing);
    fs::resize_file(cut, bytes);
    EXPECT_THAT(sentence_of([&] { CacheReader cache(cut); }), HasSubstr("cut.h5")) << bytes;
  }
}

TEST(CacheReader, AFileCutShortWhileItIsOpenIsNoticed) {
  const TemporaryFolder folder;
  const fs::path path = write_tiny_cache(folder / "c.h5", 10);
  const CacheReader cache(path);
  fs::resize_file(path, fs::file_size(path) - 100);
  const std::vector<std::int64_t> rows = {9};
  EXPECT_THAT(sentence_of([&] { (void)cache.read(rows, {.pooled = true, .map = true}); }),
              HasSubstr("cut short"));
}

TEST(CacheReader, VerifyFindsAFlippedByteAndNamesTheImage) {
  const TemporaryFolder folder;
  const fs::path path = write_tiny_cache(folder / "c.h5", 3);
  flip_byte(path, fs::file_size(path) - 1);
  EXPECT_THAT(sentence_of([&] { open_and_verify(path); }),
              AllOf(HasSubstr("image 2.jpeg"), HasSubstr("damaged")));
}

TEST(CacheReader, LeavesTheCallersHdf5ErrorHandlerInPlace) {
  const TemporaryFolder folder;
  testing::write_text(folder / "c.h5", "\x89HDF\r\n\x1a\nrubbish");
  const auto handler = [](hid_t, void*) -> herr_t { return 0; };
  int mine = 0;
  H5Eset_auto2(H5E_DEFAULT, handler, &mine);
  EXPECT_THROW(CacheReader(folder / "c.h5"), DataError);
  H5E_auto2_t found = nullptr;
  void* data = nullptr;
  H5Eget_auto2(H5E_DEFAULT, &found, &data);
  EXPECT_EQ(found, static_cast<H5E_auto2_t>(handler));
  EXPECT_EQ(data, &mine);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

/// What tiny_info would have said before format 4.
CacheInfo older_info() {
  CacheInfo info = tiny_info();
  info.pixels = PixelRule::stored;
  return info;
}

TEST(CacheReader, ReadsAFileOfFormat3) {
  const fs::path path = testing::test_data("featurecache_format3.h5");
  expect_tiny_cache(path, 3);
  const CacheReader cache(path);
  EXPECT_EQ(cache.info().format, 3);
  EXPECT_EQ(cache.info().left_out.images, 0);
  EXPECT_EQ(difference(cache.info(), older_info()), "");
}

TEST(CacheReader, FilesBeforeFormat4HoldPixelsAsTheyAreStored) {
  for (const char* name : {"featurecache_format1.h5", "featurecache_format2.h5", "featurecache_format3.h5"}) {
    const CacheReader cache(testing::test_data(name));
    EXPECT_EQ(cache.info().pixels, PixelRule::stored) << name;
    EXPECT_EQ(difference(cache.info(), tiny_info()), "pixels (--pixels) stored there, seen here") << name;
    // As checkpoints that were trained on it have it.
    EXPECT_EQ(preprocessing_text(cache.info()), to_text(cache.info().preprocessing)) << name;
  }
}

TEST(CacheReader, ReadsAFileOfFormat2) {
  const fs::path path = testing::test_data("featurecache_format2.h5");
  expect_tiny_cache(path, 3);
  const CacheReader cache(path);
  EXPECT_EQ(cache.info().format, 2);
  EXPECT_EQ(cache.info().compression, Compression::none);
  EXPECT_EQ(difference(cache.info(), older_info()), "");
}

TEST(CacheReader, ReadsAFileOfFormat1) {
  const fs::path path = testing::test_data("featurecache_format1.h5");
  expect_tiny_cache(path, 3);
  const CacheReader cache(path);
  EXPECT_EQ(cache.info().format, 1);
  EXPECT_EQ(difference(cache.info(), older_info()), "");
  EXPECT_EQ(cache.info().preprocessing, tiny_info().preprocessing);
  EXPECT_THAT(cache.names(), ElementsAre("0.jpeg", "1.jpeg", "2.jpeg"));
}

}  // namespace
}  // namespace tagloom::featurecache
