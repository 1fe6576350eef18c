/// How much memory `tagloom cache build` takes, however many images there are.

#include "places.hpp"
#include "support/files.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace tagloom {
namespace {

using testing::TemporaryFolder;
namespace fs = std::filesystem;

/// So many names of one picture of 64 x 64 pixels.
fs::path folder_of_pictures(const TemporaryFolder& folder, int count) {
  const fs::path place = folder / std::to_string(count);
  fs::create_directories(place);
  const fs::path first = place / "0.ppm";
  tagloom::testing::write_text(first, "P6\n64 64\n255\n" + std::string(std::size_t{3} * 64 * 64, 'x'));
  for (int i = 1; i < count; ++i)
    fs::create_hard_link(first, place / (std::to_string(i) + ".ppm"));
  return place;
}

/// The most memory, in KiB, that a build held; -1 if it failed.
long peak_of_build(const fs::path& images) {
  const std::string out = images.string() + ".h5";
  std::vector<std::string> words = {TAGLOOM_TEST_BINARY, "cache", "build", "--images", images, "--out", out,
                                    "--plugin-dir", TAGLOOM_TEST_FIXTURES "/mean_colour", "--encoder",
                                    "mean_colour",
                                    // 200 KB an image, of which 4 are in a batch.
                                    "--set", "encoder.image_size=128", "--batch", "4", "--quiet"};
  const pid_t builder = fork();
  if (builder == 0) {
    std::vector<char*> arguments;
    for (std::string& word : words)
      arguments.push_back(word.data());
    arguments.push_back(nullptr);
    execv(TAGLOOM_TEST_BINARY, arguments.data());
    _exit(127);
  }
  int state = 0;
  rusage used{};
  if (wait4(builder, &state, 0, &used) != builder || !WIFEXITED(state) || WEXITSTATUS(state) != 0) return -1;
  return used.ru_maxrss;
}

TEST(Memory, OfABuildDoesNotGrowWithTheNumberOfImages) {
  const TemporaryFolder folder;
  // As many as fill every queue.
  const long few = peak_of_build(folder_of_pictures(folder, 800));
  // Which thread allocates what differs from run to run, by up to 35 MB; what grew would be in all of them.
  const fs::path pictures = folder_of_pictures(folder, 2000);
  long many = peak_of_build(pictures);
  for (int again = 0; again < 2; ++again) {
    fs::remove(pictures.string() + ".h5");
    many = std::min(many, peak_of_build(pictures));
  }
  ASSERT_GT(few, 0);
  ASSERT_GT(many, 0);
  // Without a bound it would be 240 MB more; huge pages come in 2 MB.
  constexpr long kMore = 24 * 1024;
  EXPECT_LT(many, few + kMore);
}

}  // namespace
}  // namespace tagloom
