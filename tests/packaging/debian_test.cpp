/// packaging/debian, where a release has to write its version.

#include "places.hpp"
#include "support/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <string>

namespace tagloom {
namespace {

using ::testing::HasSubstr;

const std::filesystem::path kSources = TAGLOOM_TEST_SOURCES;

std::string first_match(const std::string& text, const char* pattern) {
  std::smatch match;
  return std::regex_search(text, match, std::regex(pattern)) ? match.str(1) : "";
}

TEST(DebianPackages, HaveTheVersionOfTheProjectInTheirChangelogAndInTheReadme) {
  const std::string project =
      first_match(testing::read_text(kSources / "CMakeLists.txt"), R"(project\(tagloom VERSION ([0-9.]+))");
  const std::string packages =
      first_match(testing::read_text(kSources / "packaging/debian/changelog"), R"(^tagloom \(([^)]+)\))");
  EXPECT_EQ(packages.substr(0, packages.rfind('-')), project);
  EXPECT_THAT(testing::read_text(kSources / "README.md"),
              HasSubstr("sudo apt install ./tagloom_" + packages + "_amd64.deb"));
}

}  // namespace
}  // namespace tagloom
