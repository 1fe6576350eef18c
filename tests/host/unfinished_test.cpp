/// What a build that goes on believes of the images that an earlier one stored.

#include "features/unfinished.hpp"

#include "support/files.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/hash.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace tagloom::features {
namespace {

using ::testing::HasSubstr;
using testing::TemporaryFolder;
using ::testing::ThrowsMessage;
using testing::write_text;
namespace fs = std::filesystem;

featurecache::CacheInfo one_number() {
  return {.encoder = "none", .feature_shape = {.channels = 1}, .has = {.pooled = true, .map = false}};
}

std::string hash_of(const fs::path& path) {
  return Hasher().update(read_file(path)).hex();
}

/// A folder with an image that an unfinished build has stored, and one that it has not.
class UnfinishedBuild : public ::testing::Test {
 protected:
  UnfinishedBuild() {
    write_text(folder_ / "done.jpg", "done");
    write_text(folder_ / "waiting.jpg", "waiting");
    featurecache::CacheWriter writer(folder_ / "c.h5", one_number());
    const featurecache::ImageKey key{.name = "done.jpg", .hash = hash_of(folder_ / "done.jpg")};
    writer.append({&key, 1}, {.pooled = at::ones({1, 1}), .map = {}});
  }

  /// As if the image had been stored by so much later, or earlier, than it was.
  void store_at(std::chrono::minutes from_now) const {
    for (const auto& entry : fs::directory_iterator(folder_ / "c.h5.parts"))
      fs::last_write_time(entry.path(), fs::file_time_type::clock::now() + from_now);
  }

  [[nodiscard]] std::vector<ImageFile> remaining_now(bool may_be_missing = false) const {
    const featurecache::CacheWriter writer(folder_ / "c.h5", one_number());
    return remaining({{"done.jpg", folder_ / "done.jpg"}, {"waiting.jpg", folder_ / "waiting.jpg"}}, writer,
                     {.output = folder_ / "c.h5", .may_be_missing = may_be_missing});
  }

  TemporaryFolder folder_;
};

TEST_F(UnfinishedBuild, LeavesWhatIsNotStored) {
  const auto files = remaining_now();
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].name, "waiting.jpg");
}

TEST_F(UnfinishedBuild, IsNotGoneOnWithWhereAnImageChangedSince) {
  write_text(folder_ / "done.jpg", "another");
  EXPECT_THAT([&] { (void)remaining_now(); },
              ThrowsMessage<DataError>(HasSubstr("done.jpg has changed since")));
}

TEST_F(UnfinishedBuild, ReadsNoImageAgainThatWasNotTouchedSinceItWasStored) {
  write_text(folder_ / "done.jpg", "another");
  store_at(std::chrono::minutes(10));
  EXPECT_EQ(remaining_now().size(), 1U);
}

TEST_F(UnfinishedBuild, MissesNoImageThatIsStoredIfThatIsAllowed) {
  fs::remove(folder_ / "done.jpg");
  EXPECT_THAT([&] { (void)remaining_now(); }, ThrowsMessage<DataError>(HasSubstr("done.jpg")));
  EXPECT_EQ(remaining_now(/*may_be_missing=*/true).size(), 1U);
}

}  // namespace
}  // namespace tagloom::features
