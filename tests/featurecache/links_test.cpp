// Links that somebody else put where a build writes: none is followed.

#include "tiny_cache.hpp"

#include <sys/stat.h>

namespace tagloom::featurecache {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

class Links : public ::testing::Test {
 protected:
  Links() { testing::write_text(precious_, "precious"); }
  ~Links() override { EXPECT_EQ(testing::read_text(precious_), "precious"); }

  TemporaryFolder folder_;
  fs::path precious_ = folder_ / "precious";
  fs::path cache_ = folder_ / "c.h5";
};

TEST_F(Links, InThePlaceOfTheFolderAndTheLockAreRefused) {
  fs::create_directory(folder_ / "elsewhere");
  fs::create_directory_symlink(folder_ / "elsewhere", parts_of(cache_));
  EXPECT_THAT(sentence_of([&] { CacheWriter(cache_, tiny_info()); }),
              AllOf(HasSubstr("c.h5.parts is a link"), HasSubstr("remove it")));
  EXPECT_TRUE(fs::is_empty(folder_ / "elsewhere"));
  fs::remove(parts_of(cache_));
  fs::create_directory(parts_of(cache_));
  fs::create_symlink(precious_, parts_of(cache_) / "lock");
  EXPECT_THAT(sentence_of([&] { CacheWriter(cache_, tiny_info()); }),
              AllOf(HasSubstr("c.h5.parts/lock is a link"), HasSubstr("remove it")));
}

TEST_F(Links, InThePlaceOfFilesAreReplaced) {
  interrupted(cache_);
  fs::create_symlink(precious_, shard_of(cache_, 3));
  fs::create_symlink(precious_, shard_of(cache_, 4) += ".partial");
  fs::create_symlink(precious_, folder_ / "c.h5.partial");
  fs::remove(parts_of(cache_) / "manifest.json");
  fs::create_symlink(precious_, parts_of(cache_) / "manifest.json");
  EXPECT_THAT(CacheWriter(cache_, tiny_info(), tiny_settings()).notes(),
              ::testing::ElementsAre(HasSubstr("00003.h5 is a link or no file")));
  expect_continues(cache_, 10);
}

TEST_F(Links, APipeAmongTheShardsHoldsNothingUp) {
  interrupted(cache_);
  ASSERT_EQ(::mkfifo(shard_of(cache_, 7).c_str(), 0600), 0);
  expect_continues(cache_, 10);
}

TEST_F(Links, InThePlaceOfTheCacheAreNotReplacedEither) {
  fs::create_symlink(folder_ / "nowhere", cache_);
  EXPECT_THAT(sentence_of([&] { CacheWriter(cache_, tiny_info()); }), HasSubstr("exists already"));
}

}  // namespace
}  // namespace tagloom::featurecache
