// Errors that pass (no descriptors, no memory, a disk or network that fails for a moment) wherever in a build
// they strike: no row that was ever on the disk is lost, and nothing is called damaged.

#include "support/fault.hpp"
#include "tiny_cache.hpp"

#include <tagloom/featurecache/write_cache.hpp>

#include <cerrno>
#include <sys/resource.h>

namespace tagloom::featurecache {
namespace {

using ::testing::AllOf;
using testing::Call;
using testing::Fault;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

/// Tries to continue, which may fail; then nothing is missing and nothing set aside.
void expect_nothing_lost(const fs::path& path, std::int64_t images) {
  const CacheWriter writer(path, tiny_info(), tiny_settings());
  EXPECT_THAT(writer.notes(), IsEmpty());
  EXPECT_EQ(writer.images(), images);
}

TEST(PassingErrors, OfReadingShardsAreNotTakenForDamage) {
  const std::vector<std::pair<Call, int>> errors = {{Call::open, EMFILE}, {Call::open, ENFILE},
                                                    {Call::open, EACCES}, {Call::read, EIO},
                                                    {Call::read, ENOMEM}, {Call::read, ESTALE}};
  const TemporaryFolder folder;
  const fs::path path = interrupted(folder / "c.h5");
  for (const auto& [call, error] : errors) {
    std::size_t tries = 0;
    for (bool struck = true; struck; ++tries) {
      std::string sentence;
      {
        const Fault fault(call, error, "c.h5.parts/0", tries);
        try {
          const CacheWriter writer(path, tiny_info(), tiny_settings());
        } catch (const DataError& told) {
          sentence = told.what();
        }
        struck = Fault::strikes() > 0;
      }
      if (struck) {
        EXPECT_THAT(sentence, AllOf(HasSubstr("c.h5.parts/0000"), Not(HasSubstr("damaged")))) << error;
      }
      expect_nothing_lost(path, 10);
    }
    EXPECT_GT(tries, 3U);
  }
  expect_continues(path, 10);
}

/// The disk is given what is written before all of it is, and says of what it cannot keep only then.
TEST(PassingErrors, WhatTheDiskSaysInTheMiddleOfAFileIsHeard) {
  const TemporaryFolder folder;
  CacheInfo info = tiny_info();
  info.has.map = false;
  info.feature_shape.channels = 1 << 20;
  // Enough for the disk to be given some of it, and too little for its answer to be asked for before the end.
  const std::vector<ImageKey> keys = [] {
    std::vector<ImageKey> all;
    for (std::int64_t image = 0; image < 40; ++image)
      all.push_back(tiny_key(image));
    return all;
  }();
  const auto zeros = [&](std::int64_t /*first*/, std::int64_t count) {
    return Features{.pooled = at::zeros({count, info.feature_shape.channels}, at::kHalf)};
  };
  Fault fault(Call::sync, EIO, "c.h5");
  fault.strike_once();
  EXPECT_THAT(sentence_of([&] { (void)write_cache(folder / "c.h5", info, keys, zeros); }), HasSubstr("c.h5"));
  EXPECT_EQ(Fault::strikes(), 1U);
  EXPECT_FALSE(fs::exists(folder / "c.h5"));
}

TEST(PassingErrors, WhenThereAreNoMoreDescriptorsShardsStay) {
  const TemporaryFolder folder;
  const fs::path path = interrupted(folder / "c.h5");
  rlimit before = {};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  for (rlim_t most = 3; most < 40; ++most) {
    const rlimit few = {most, before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &few);
    try {
      const CacheWriter writer(path, tiny_info(), tiny_settings());
    } catch (const DataError&) {
      // As it should with so few.
    }
    ::setrlimit(RLIMIT_NOFILE, &before);
    expect_nothing_lost(path, 10);
  }
}

/// Appends images 0 to 12 to what is there and finishes; false if something failed on the way.
bool build(const fs::path& path) {
  try {
    CacheWriter writer(path, tiny_info(), tiny_settings());
    for (std::int64_t image = 0; image < 12; ++image)
      if (!writer.stored(tiny_key(image).name)) append_images(writer, image, image + 1);
    (void)writer.finish();
    return true;
  } catch (const DataError&) {
    return false;
  }
}

TEST(PassingErrors, WhereverTheyStrikeABuildNoStoredRowIsLost) {
  const std::vector<std::pair<Call, int>> errors = {{Call::open, EMFILE},  {Call::read, EIO},
                                                    {Call::write, ENOSPC}, {Call::write, EIO},
                                                    {Call::sync, EIO},     {Call::rename, EACCES}};
  int failures = 0;
  for (const auto& [call, error] : errors) {
    for (std::size_t successes = 0;; ++successes) {
      const TemporaryFolder folder;
      const fs::path path = folder / "c.h5";
      bool failed = false;
      std::size_t strikes = 0;
      {
        const Fault fault(call, error, "c.h5", successes);
        failed = !build(path);
        strikes = Fault::strikes();
      }
      if (strikes == 0) break;
      failures += failed ? 1 : 0;
      // What is whole has its name in the end, or the same command makes it so.
      if (!fs::exists(path)) {
        EXPECT_THAT(CacheWriter(path, tiny_info(), tiny_settings()).notes(), IsEmpty());
        EXPECT_TRUE(build(path));
      }
      expect_tiny_cache(path, 12);
    }
  }
  EXPECT_GT(failures, 58);
}

TEST(PassingErrors, AFileSystemWithoutFlockIsBuiltOn) {
  for (const int error : {ENOSYS, ENOLCK, EOPNOTSUPP, EINVAL}) {
    const TemporaryFolder folder;
    const Fault fault(Call::flock, error);
    CacheWriter writer(folder / "c.h5", tiny_info(), tiny_settings());
    EXPECT_THAT(writer.notes(), IsEmpty());
    // fcntl's lock holds the second off.
    EXPECT_THAT(sentence_of([&] { CacheWriter(folder / "c.h5", tiny_info(), tiny_settings()); }),
                HasSubstr("is being built by"));
    append_images(writer, 0, 2);
    (void)writer.finish();
    expect_tiny_cache(folder / "c.h5", 2);
  }
}

TEST(PassingErrors, AFileSystemWithoutAnyLocksIsBuiltOnWithAWarning) {
  const TemporaryFolder folder;
  const Fault fault(Call::any_lock, ENOLCK);
  CacheWriter writer(folder / "c.h5", tiny_info(), tiny_settings());
  EXPECT_THAT(writer.notes(), ::testing::ElementsAre(HasSubstr("has no locks")));
  append_images(writer, 0, 2);
  (void)writer.finish();
  expect_tiny_cache(folder / "c.h5", 2);
}

}  // namespace
}  // namespace tagloom::featurecache
