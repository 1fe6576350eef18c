// Caches damaged at random: a reader says so or gives the right features, and never crashes. What holds is
// what the metadata's checksums, the fingerprint over names and the hash of each row catch;
// docs/feature-cache.md says what not.

#include "tiny_cache.hpp"

#include <cstdlib>
#include <random>

namespace tagloom::featurecache {
namespace {

/// True if the reader refused the file; otherwise it must hold what was written.
bool refused(const std::filesystem::path& path) {
  try {
    CacheReader(path).verify();
  } catch (const DataError&) {
    return true;
  }
  expect_tiny_cache(path, 5);
  return false;
}

class Damage : public ::testing::Test {
 protected:
  Damage() : whole_(testing::read_text(write_tiny_cache(folder_ / "whole.h5", 5))) {}

  std::size_t position() { return std::uniform_int_distribution<std::size_t>(0, whole_.size() - 1)(random_); }
  char byte() { return static_cast<char>(std::uniform_int_distribution<int>(0, 255)(random_)); }
  std::filesystem::path damaged(const std::string& bytes) {
    testing::write_text(folder_ / "damaged.h5", bytes);
    return folder_ / "damaged.h5";
  }

  testing::TemporaryFolder folder_;
  std::string whole_;
  std::mt19937_64 random_{20240607};
};

TEST_F(Damage, ChangedBytesAreNoticedOrHarmless) {
  int noticed = 0;
  for (int i = 0; i < 400; ++i) {
    std::string bytes = whole_;
    for (int changes = 1 + i % 4; changes > 0; --changes)
      bytes[position()] = byte();
    noticed += refused(damaged(bytes)) ? 1 : 0;
  }
  // Most of so small a file means something.
  EXPECT_GT(noticed, 200);
}

TEST_F(Damage, BlocksOfZerosAreNoticedOrHarmless) {
  for (int i = 0; i < 200; ++i) {
    std::string bytes = whole_;
    const std::size_t begin = position();
    bytes.replace(begin, 512, std::min<std::size_t>(512, bytes.size() - begin), '\0');
    (void)refused(damaged(bytes));
  }
}

TEST_F(Damage, MissingEndsAreNoticed) {
  for (int i = 0; i < 200; ++i)
    EXPECT_TRUE(refused(damaged(whole_.substr(0, position()))));
}

[[noreturn]] void read_and_exit(const std::filesystem::path& path) {
  (void)refused(path);
  std::exit(0);
}

// "HDF5: infinite loop closing library", of a file that HDF5 could open and not close.
TEST_F(Damage, ProcessesThatReadDamagedFilesEndWithoutAWord) {
  for (int i = 0; i < 60; ++i) {
    std::string bytes = whole_;
    for (int changes = 1 + i % 4; changes > 0; --changes)
      bytes[position()] = byte();
    EXPECT_EXIT(read_and_exit(damaged(bytes)), ::testing::ExitedWithCode(0), "^$");
  }
}

}  // namespace
}  // namespace tagloom::featurecache
