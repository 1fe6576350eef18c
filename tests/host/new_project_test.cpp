#include "registry/new_project.hpp"

#include "places.hpp"
#include "registry/kinds.hpp"
#include "support/files.hpp"

#include <tagloom/base/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace tagloom {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

const registry::Registry& plugins() {
  static const registry::Registry registry({TAGLOOM_TEST_PLUGINS});
  return registry;
}

std::string refusal_of(const registry::NewProject& project) {
  try {
    registry::write_project(project, plugins());
    return "none";
  } catch (const UsageError& error) {
    return error.what();
  }
}

TEST(NewProject, IsThereForEveryKindAndSpeaksOfNothingButItsOwnName) {
  const testing::TemporaryFolder folder;
  for (const registry::Kind& kind : registry::kinds()) {
    const fs::path project = folder / kind.name;
    const auto files = registry::write_project({kind.name, "my_kind_of_thing", project}, plugins());
    for (const char* expected : {"CMakeLists.txt", "README.md", "my_kind_of_thing.cpp",
                                 "my_kind_of_thing.hpp", "my_kind_of_thing_test.cpp"})
      EXPECT_THAT(files, Contains(expected)) << kind.name;
    for (const std::string& file : files)
      EXPECT_THAT(testing::read_text(project / file), Not(HasSubstr("my_component"))) << file;
    EXPECT_THAT(testing::read_text(project / "CMakeLists.txt"),
                HasSubstr("tagloom_add_plugin(" + kind.name + " my_kind_of_thing my_kind_of_thing.cpp)"));
  }
}

TEST(NewProject, DoesNotReadAllOfLibTorch) {
  for (const auto& entry : fs::recursive_directory_iterator(registry::template_folder())) {
    if (!entry.is_regular_file()) continue;
    EXPECT_THAT(testing::read_text(entry.path()), Not(HasSubstr("torch/torch.h"))) << entry.path();
  }
}

TEST(NewProject, HasANameThatCMakeAndCppTake) {
  const testing::TemporaryFolder folder;
  for (const char* name : {"", "My", "1st", "_mine", "my-own", "my own", "../mine", "m\xc3\xbcn"})
    EXPECT_THAT(refusal_of({"loss", name, folder / "project"}), HasSubstr("cannot be a component's name"))
        << name;
}

TEST(NewProject, TakesNoNameThatCppHas) {
  const testing::TemporaryFolder folder;
  for (const char* name : {"class", "errno", "assert", "stdin", "xor", "requires"})
    EXPECT_THAT(refusal_of({"loss", name, folder / "project"}), HasSubstr("a word or a macro of C++"))
        << name;
}

TEST(NewProject, MakesItsFolderAndNoneAboveIt) {
  const testing::TemporaryFolder folder;
  EXPECT_EQ(refusal_of({"loss", "mine", folder / "mine"}), "none");
  EXPECT_TRUE(fs::exists(folder / "mine/mine.cpp"));
  EXPECT_THROW((void)refusal_of({"loss", "mine", folder / "of/others"}), DataError);
  EXPECT_FALSE(fs::exists(folder / "of"));
}

TEST(NewProject, TakesNoNameThatAComponentHas) {
  const testing::TemporaryFolder folder;
  const std::string refusal = refusal_of({"decoder", "rare_first", folder / "project"});
  EXPECT_THAT(refusal, HasSubstr("The ordering of "));
  EXPECT_THAT(refusal, HasSubstr("tagloom_ordering_rare_first.so is called \"rare_first\" already"));
  EXPECT_FALSE(fs::exists(folder / "project"));
}

TEST(NewProject, LeavesAloneWhatIsThere) {
  const testing::TemporaryFolder folder;
  testing::write_text(folder / "notes.txt", "mine");
  EXPECT_THAT(refusal_of({"loss", "mine", folder.path()}), HasSubstr("has something in it already"));
  EXPECT_THAT(refusal_of({"loss", "mine", folder / "notes.txt"}), HasSubstr("notes.txt is no folder"));
  EXPECT_EQ(testing::read_text(folder / "notes.txt"), "mine");
  fs::create_directory(folder / "empty");
  EXPECT_EQ(refusal_of({"loss", "mine", folder / "empty"}), "none");
}

}  // namespace
}  // namespace tagloom
