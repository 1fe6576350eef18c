// Writers that are killed at any moment: whatever one of them had stored, the next one has.

#include "tiny_cache.hpp"

#include <array>
#include <csignal>
#include <random>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace tagloom::featurecache {
namespace {

using testing::TemporaryFolder;

/// A writer in a process of its own. It stores after every image and tells how many are stored then.
class Writer {
 public:
  Writer(const std::filesystem::path& path, std::int64_t images) {
    if (::pipe(pipe_.data()) != 0) throw std::runtime_error("no pipe");
    child_ = ::fork();
    if (child_ == 0) write(path, images);
    ::close(pipe_[1]);
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() { ::close(pipe_[0]); }

  /// How many images it has told of; true if it came to its end before it was killed.
  std::pair<std::int64_t, bool> kill() {
    ::kill(child_, SIGKILL);
    std::int64_t stored = 0;
    for (std::int64_t told = 0; ::read(pipe_[0], &told, sizeof told) == sizeof told;)
      stored = told;
    int status = 0;
    ::waitpid(child_, &status, 0);
    return {stored, WIFEXITED(status)};
  }

 private:
  [[noreturn]] void write(const std::filesystem::path& path, std::int64_t images) {
    CacheWriter writer(path, tiny_info(), tiny_settings());
    for (std::int64_t image = 0; image < images; ++image) {
      if (!writer.stored(tiny_key(image).name)) append_images(writer, image, image + 1);
      writer.flush();
      const std::int64_t stored = writer.images();
      if (::write(pipe_[1], &stored, sizeof stored) != sizeof stored) std::abort();
    }
    (void)writer.finish();
    ::_exit(0);
  }

  std::array<int, 2> pipe_ = {};
  pid_t child_ = -1;
};

TEST(Killed, WritersNeverLoseWhatWasStored) {
  constexpr std::int64_t kImages = 60;
  std::mt19937_64 random(20240607);
  int kills = 0;
  for (std::int64_t stored = 0; kills < 65; stored = 0) {
    const TemporaryFolder folder;
    const auto path = folder / "c.h5";
    for (bool finished = false; !finished;) {
      Writer writer(path, kImages);
      std::this_thread::sleep_for(
          std::chrono::microseconds(std::uniform_int_distribution<int>(0, 40'000)(random)));
      const auto [told, ended] = writer.kill();
      stored = std::max(stored, told);
      finished = std::filesystem::exists(path);
      if (finished) break;
      ASSERT_FALSE(ended) << "a writer ended without its cache";
      ++kills;
      const CacheWriter next(path, tiny_info(), tiny_settings());
      ASSERT_THAT(next.notes(), ::testing::IsEmpty());
      ASSERT_GE(next.images(), stored);
    }
    expect_tiny_cache(path, kImages);
  }
}

}  // namespace
}  // namespace tagloom::featurecache
