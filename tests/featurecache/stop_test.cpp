// What Ctrl-C ends while there is something to keep.

#include "support/stop_note.hpp"
#include "tiny_cache.hpp"

#include <tagloom/base/interrupt.hpp>

namespace tagloom::featurecache {
namespace {

using testing::StopNote;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

TEST(Stop, EndsTheAssemblyWithAllPartsKept) {
  const TemporaryFolder folder;
  const fs::path path = folder / "c.h5";
  {
    CacheWriter writer(path, tiny_info(), tiny_settings());
    append_images(writer, 0, 10);
    const StopNote stop;
    EXPECT_THROW((void)writer.finish(), Interrupted);
  }
  EXPECT_FALSE(fs::exists(path));
  EXPECT_FALSE(fs::exists(folder / "c.h5.partial"));
  expect_continues(path, 10);
}

TEST(Stop, StillStoresTheOpenShard) {
  const TemporaryFolder folder;
  {
    CacheWriter writer(folder / "c.h5", tiny_info(), tiny_settings());
    append_images(writer, 0, 3);
    const StopNote stop;
    writer.flush();
  }
  expect_continues(folder / "c.h5", 3);
}

TEST(Stop, EndsVerifyingAndTheReadingOfShards) {
  const TemporaryFolder folder;
  const CacheReader cache(write_tiny_cache(folder / "c.h5", 2));
  const fs::path begun = interrupted(folder / "begun.h5");
  {
    const StopNote stop;
    EXPECT_THROW(cache.verify(), Interrupted);
    EXPECT_THROW(CacheWriter(begun, tiny_info(), tiny_settings()), Interrupted);
  }
  expect_continues(begun, 10);
}

}  // namespace
}  // namespace tagloom::featurecache
