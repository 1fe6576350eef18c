/// Where the loader is told to look for libraries, in the build tree and in an installation.

#include "built_files.hpp"
#include "installation.hpp"
#include "places.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace tagloom {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::Installation;
using ::testing::Not;
using testing::run_program;

constexpr std::string_view kOrigin = "$ORIGIN";

/// Why the loader must not look there for a library of `file`; empty if it may.
std::string objection(const std::string& entry, const fs::path& file, const fs::path& prefix) {
  if (entry.empty()) return "an empty entry: the current folder";
  if (!entry.starts_with(kOrigin)) {
    if (!fs::path(entry).is_absolute()) return "relative to the current folder: " + entry;
    return fs::is_directory(entry) ? "" : "a folder that does not exist: " + entry;
  }
  const fs::path folder =
      (file.parent_path() / fs::path(entry.substr(kOrigin.size())).relative_path()).lexically_normal();
  if (folder.lexically_relative(prefix / "lib").native() != ".") return "not the folder lib: " + entry;
  return "";
}

void expect_sound_run_paths(const fs::path& prefix) {
  const auto files = testing::programs_and_libraries(prefix);
  ASSERT_FALSE(files.empty());
  for (const fs::path& file : files) {
    std::set<std::string> seen;
    for (const std::string& entry : testing::run_path(file)) {
      EXPECT_EQ(objection(entry, file, prefix), "") << file;
      EXPECT_TRUE(seen.insert(entry).second) << file << " names " << entry << " twice";
    }
  }
}

TEST(RunPath, ProgramsOfTheBuildTreeLookInItsLibraryFolderAndNowhereByAccident) {
  expect_sound_run_paths(fs::path(TAGLOOM_TEST_BUILD).lexically_normal());
}

TEST(RunPath, AnInstallationLooksInItsLibraryFolderAndNeverAboveItsPrefix) {
  const Installation installation;
  expect_sound_run_paths(installation.prefix());
}

TEST(RunPath, AnInstallationNamesNoFolderOfTheBuildThatItCameFrom) {
  const Installation installation;
  for (const fs::path& file : testing::programs_and_libraries(installation.prefix()))
    for (const std::string& entry : testing::run_path(file))
      EXPECT_FALSE(entry.starts_with(TAGLOOM_TEST_BUILD)) << file << ": " << entry;
  for (const char* folder : {"lib/cmake", "lib/pkgconfig"}) {
    for (const auto& entry : fs::recursive_directory_iterator(installation.prefix() / folder)) {
      if (!entry.is_regular_file()) continue;
      EXPECT_THAT(testing::read_text(entry.path()), Not(HasSubstr(TAGLOOM_TEST_SOURCES))) << entry.path();
    }
  }
}

TEST(RunPath, AnInstallationRunsWhereItIsMovedToAndFindsEveryPlugin) {
  const Installation installation;
  const std::string tagloom = installation.moved() / "bin/tagloom";
  const std::map<std::string, std::string> environment{{"LD_LIBRARY_PATH", ""}, {"TAGLOOM_PLUGIN_PATH", ""}};
  const auto version = run_program(tagloom, {"--version"}, environment);
  EXPECT_EQ(version.status, 0) << version.err;
  EXPECT_THAT(version.out, HasSubstr("tagloom "));
  const auto plugins = run_program(tagloom, {"plugins", "list"}, environment);
  EXPECT_EQ(plugins.status, 0) << plugins.err;
  EXPECT_EQ(plugins.out, testing::run_tagloom({"plugins", "list"}, environment).out);
  const auto check = run_program(tagloom, {"plugins", "check", "rare_first"}, environment);
  EXPECT_EQ(check.status, 0) << check.out << check.err;
}

TEST(Installation, HasManualPagesAndWhatShellsComplete) {
  const Installation installation;
  for (const char* file : {"man/man1/tagloom.1", "man/man1/tagloom-train.1", "man/man1/tagloom-cache-build.1",
                           "bash-completion/completions/tagloom", "zsh/site-functions/_tagloom"})
    EXPECT_TRUE(fs::is_regular_file(installation.prefix() / "share" / file)) << file;
}

}  // namespace
}  // namespace tagloom
