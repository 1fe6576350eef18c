// A disk that fills up: a real one, where a test may mount it, and a limit on the size of files everywhere.

#include "tiny_cache.hpp"

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sys/mount.h>
#include <sys/resource.h>

namespace tagloom::featurecache {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

/// Stands for a full disk: no file of this process may grow beyond `bytes`.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit = {bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    (void)std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_ = {};
  void (*handler_)(int);
};

TEST(FullDisk, AppendFailsWithASentenceAndKeepsWhatIsStored) {
  for (const rlim_t bytes : {rlim_t{0}, rlim_t{1000}, rlim_t{3000}}) {
    const TemporaryFolder folder;
    const fs::path path = folder / "c.h5";
    CacheWriter writer(path, tiny_info(), tiny_settings());
    append_images(writer, 0, 7);
    {
      const FileSizeLimit full(bytes);
      EXPECT_THAT(
          sentence_of([&] { append_images(writer, 7, 8); }),
          AllOf(HasSubstr("c.h5.parts/00001.h5"), HasSubstr("make room"), HasSubstr("File too large")))
          << bytes;
    }
    // With room again the same writer goes on.
    append_images(writer, 8, 9);
    (void)writer.finish();
    expect_tiny_cache(path, 9);
  }
}

TEST(FullDisk, FinishFailsWithASentenceAndCanBeRepeated) {
  const TemporaryFolder folder;
  const fs::path path = interrupted(folder / "c.h5");
  {
    CacheWriter writer(path, tiny_info());
    const FileSizeLimit full(2000);
    EXPECT_THAT(sentence_of([&] { (void)writer.finish(); }), HasSubstr("c.h5"));
    EXPECT_FALSE(fs::exists(path));
    EXPECT_FALSE(fs::exists(folder / "c.h5.partial"));
  }
  expect_continues(path, 10);
}

TEST(FullDisk, AWriterThatCannotSaveItsOpenShardStillEnds) {
  const TemporaryFolder folder;
  const fs::path path = folder / "c.h5";
  {
    auto writer = std::make_unique<CacheWriter>(path, tiny_info(), tiny_settings());
    append_images(*writer, 0, 6);
    const FileSizeLimit full(1000);
    writer.reset();
  }
  expect_continues(path, 4);
}

/// A file system of 128 KiB, in memory, where the process has the right to mount one.
class SmallDisk {
 public:
  SmallDisk() : mounted_(::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, "size=256k") == 0) {}
  ~SmallDisk() {
    if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  [[nodiscard]] bool mounted() const { return mounted_; }
  [[nodiscard]] fs::path cache() const { return folder_ / "c.h5"; }
  /// Leaves `bytes` free.
  void fill_up(std::uintmax_t bytes) const {
    std::ofstream(filler()) << std::string(fs::space(folder_.path()).available - bytes, 'x');
  }
  void make_room() const { fs::remove(filler()); }

 private:
  [[nodiscard]] fs::path filler() const { return folder_ / "filler"; }

  TemporaryFolder folder_;
  bool mounted_;
};

/// Meets a full disk, says so on standard error, and ends the process as any command would.
void append_until_full_and_exit(const fs::path& cache) {
  {
    CacheWriter writer(cache, tiny_info(), tiny_settings());
    std::cerr << sentence_of([&] { append_images(writer, 10, 50); });
  }
  std::exit(0);
}

// HDF5 crashes when the process ends if it could not write all of a file, wherever in the file the room ran
// out.
TEST(FullDiskDeathTest, TheProcessEndsWithASentenceAndTheBuildContinues) {
  for (const std::uintmax_t left : {0U, 4096U, 8192U, 12288U, 16384U}) {
    const SmallDisk disk;
    if (!disk.mounted()) GTEST_SKIP() << "mounting is not permitted here";
    interrupted(disk.cache());
    disk.fill_up(left);
    EXPECT_EXIT(append_until_full_and_exit(disk.cache()), ::testing::ExitedWithCode(0),
                "No space left on device");
    disk.make_room();
    CacheWriter writer(disk.cache(), tiny_info());
    EXPECT_GE(writer.images(), 10);
    (void)writer.finish();
    EXPECT_TRUE(fs::exists(disk.cache()));
  }
}

}  // namespace
}  // namespace tagloom::featurecache
