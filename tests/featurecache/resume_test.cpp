#include "tiny_cache.hpp"

#include <csignal>
#include <functional>
#include <sys/wait.h>
#include <unistd.h>

namespace tagloom::featurecache {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

TEST(Resume, AWriterThatWasDestroyedLosesNothing) {
  const TemporaryFolder folder;
  interrupted(folder / "c.h5");
  EXPECT_FALSE(fs::exists(folder / "c.h5"));
  expect_continues(folder / "c.h5", 10);
  EXPECT_FALSE(fs::exists(parts_of(folder / "c.h5")));
}

TEST(Resume, AKilledProcessLosesItsOpenShardOnly) {
  const TemporaryFolder folder;
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    CacheWriter writer(folder / "c.h5", tiny_info(), tiny_settings());
    append_images(writer, 0, 10);
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  expect_continues(folder / "c.h5", 8);
}

TEST(Resume, LeftoverFilesAreCleared) {
  const TemporaryFolder folder;
  const fs::path path = interrupted(folder / "c.h5");
  testing::write_text(parts_of(path) / "00003.h5.tmp", "half a shard");
  testing::write_text(parts_of(path) / "00003.h5.partial", "half a shard");
  testing::write_text(folder / "c.h5.partial", "half a cache");
  expect_continues(path, 10);
  EXPECT_FALSE(fs::exists(folder / "c.h5.partial"));
  EXPECT_FALSE(fs::exists(parts_of(path)));
}

/// Ways to damage a shard.
const std::vector<std::function<void(const fs::path&)>>& damages() {
  static const std::vector<std::function<void(const fs::path&)>> kDamages = {
      [](const fs::path& shard) { fs::resize_file(shard, 0); },
      [](const fs::path& shard) { fs::resize_file(shard, 100); },
      [](const fs::path& shard) { fs::resize_file(shard, fs::file_size(shard) - 1); },
      // Within the features, since those are at the end.
      [](const fs::path& shard) { flip_byte(shard, fs::file_size(shard) - 5); },
      [](const fs::path& shard) { testing::write_text(shard, std::string(fs::file_size(shard), '\0')); }};
  return kDamages;
}

TEST(Resume, ADamagedShardIsSetAsideAndDoneAnew) {
  for (const auto& damage : damages()) {
    const TemporaryFolder folder;
    const fs::path path = interrupted(folder / "c.h5");
    damage(shard_of(path, 1));
    const std::string damaged = testing::read_text(shard_of(path, 1));
    EXPECT_THAT(
        CacheWriter(path, tiny_info(), tiny_settings()).notes(),
        ::testing::ElementsAre(AllOf(HasSubstr("00001.h5 is damaged"), HasSubstr("00001.h5.damaged"))));
    expect_continues(path, 6);
    EXPECT_EQ(testing::read_text(shard_of(path, 1) += ".damaged"), damaged);
  }
}

TEST(Resume, ASecondDamagedShardDoesNotReplaceTheFirst) {
  const TemporaryFolder folder;
  const fs::path path = interrupted(folder / "c.h5");
  testing::write_text(shard_of(path, 1) += ".damaged", "the first");
  fs::resize_file(shard_of(path, 1), 100);
  expect_continues(path, 6);
  EXPECT_EQ(testing::read_text(shard_of(path, 1) += ".damaged"), "the first");
  EXPECT_EQ(fs::file_size(shard_of(path, 1) += ".damaged.2"), 100U);
}

TEST(Resume, ADamagedManifestLosesNothing) {
  const TemporaryFolder folder;
  const fs::path path = interrupted(folder / "c.h5");
  testing::write_text(parts_of(path) / "manifest.json", "{");
  expect_continues(path, 10);
  EXPECT_EQ(testing::read_text(parts_of(path) / "manifest.json.damaged"), "{");
}

TEST(Resume, AFolderWithoutManifestOrShardsIsABeginning) {
  const TemporaryFolder folder;
  fs::create_directory(parts_of(folder / "c.h5"));
  expect_continues(folder / "c.h5", 0);
}

TEST(Resume, AShardDamagedWhileTheWriterRunsIsNotAssembled) {
  const TemporaryFolder folder;
  const fs::path path = folder / "c.h5";
  {
    CacheWriter writer(path, tiny_info(), tiny_settings());
    append_images(writer, 0, 8);
    const fs::path shard = shard_of(path, 0);
    flip_byte(shard, fs::file_size(shard) - 5);
    EXPECT_THAT(sentence_of([&] { (void)writer.finish(); }),
                AllOf(HasSubstr("00000.h5 is damaged"), HasSubstr("Run the same command again.")));
    EXPECT_FALSE(fs::exists(path));
  }
  expect_continues(path, 4);
}

TEST(Resume, RefusesToMixWithWhatWasMadeOtherwise) {
  const TemporaryFolder folder;
  const fs::path path = interrupted(folder / "c.h5");
  const auto refusal = [&](const std::function<void(CacheInfo&)>& change) {
    CacheInfo info = tiny_info();
    change(info);
    return sentence_of([&] { CacheWriter(path, info); });
  };
  EXPECT_THAT(refusal([](CacheInfo& info) { info.encoder = "other"; }),
              AllOf(HasSubstr("encoder tiny there, other here"), HasSubstr("c.h5.parts")));
  EXPECT_THAT(refusal([](CacheInfo& info) { info.weights.fingerprint = "5"; }), HasSubstr("other weights"));
  EXPECT_THAT(refusal([](CacheInfo& info) { info.preprocessing.size = 224; }), HasSubstr("squish 224"));
  EXPECT_THAT(refusal([](CacheInfo& info) { info.encoder_options["layers"] = "4"; }), HasSubstr("layers"));
  EXPECT_THAT(refusal([](CacheInfo& info) { info.has.map = false; }), HasSubstr("pooled and map there"));
  EXPECT_THAT(refusal([](CacheInfo& info) { info.pixels = PixelRule::stored; }),
              HasSubstr("pixels (--pixels) seen there, stored here"));
  EXPECT_THAT(refusal([](CacheInfo& info) { info.decode = DecodeRule::scaled; }),
              HasSubstr("JPEGs (--decode) full there, scaled here"));
  expect_continues(path, 10);
}

TEST(Resume, AcceptsWeightsThatMoved) {
  const TemporaryFolder folder;
  const fs::path path = interrupted(folder / "c.h5");
  CacheInfo info = tiny_info();
  info.weights.source = info.encoder_options["weights"] = "elsewhere/w.pth";
  EXPECT_EQ(CacheWriter(path, info).images(), 10);
}

TEST(Resume, RefusesASecondWriterWhileTheFirstWorks) {
  const TemporaryFolder folder;
  {
    const CacheWriter writer(folder / "c.h5", tiny_info());
    EXPECT_THAT(sentence_of([&] { CacheWriter(folder / "c.h5", tiny_info()); }),
                HasSubstr("is being built by"));
  }
  CacheWriter(folder / "c.h5", tiny_info());
}

}  // namespace
}  // namespace tagloom::featurecache
