/// What the sources leave to the room base, and how their comments begin.

#include "places.hpp"
#include "support/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace tagloom {
namespace {

using ::testing::IsEmpty;
namespace fs = std::filesystem;

/// "FILE:LINE" of every line of these folders' sources, but for `but`'s, that the pattern is found in.
std::vector<std::string> lines_with(const std::string& pattern, const std::vector<std::string>& folders,
                                    const std::string& but = "") {
  const std::regex expression(pattern);
  std::vector<std::string> found;
  for (const std::string& folder : folders)
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(TAGLOOM_TEST_SOURCES) / folder)) {
      const std::string file = entry.path().lexically_relative(TAGLOOM_TEST_SOURCES).string();
      if (!file.ends_with("pp") || (!but.empty() && file.starts_with(but))) continue;
      std::istringstream lines(testing::read_text(entry.path()));
      int number = 1;
      for (std::string line; std::getline(lines, line); ++number)
        if (std::regex_search(line, expression)) found.push_back(file + ":" + std::to_string(number));
    }
  return found;
}

const std::vector<std::string> kRooms = {"plugin_api", "plugins", "datasets", "featurecache", "host"};
constexpr const char* kBase = "plugin_api/base/";

TEST(Sources, LeaveItToBaseToOpenAFileForWriting) {
  EXPECT_THAT(
      lines_with(R"(\bofstream\b|\bfopen\b|\bcreat\(|O_CREAT|O_WRONLY|mkstemp|imwrite)", kRooms, kBase),
      IsEmpty());
}

TEST(Sources, LeaveItToBaseToDrawRandomNumbers) {
  EXPECT_THAT(lines_with(R"(mt19937|minstd|random_device|_distribution\b|std::(ranges::)?shuffle|<random>)",
                         kRooms, kBase),
              IsEmpty());
}

TEST(Sources, HaveNoCommentThatBeginsWithOf) {
  std::vector<std::string> everywhere = kRooms;
  everywhere.insert(everywhere.end(), {"tests", "bench"});
  EXPECT_THAT(lines_with("^ *///? Of ", everywhere), IsEmpty());
}

}  // namespace
}  // namespace tagloom
