#include "registry/trust.hpp"

#include "places.hpp"
#include "registry/registry.hpp"
#include "support/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <unistd.h>

namespace tagloom::registry {
namespace {

namespace fs = std::filesystem;
using tagloom::testing::TemporaryFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A folder with one good library.
class Trust : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::copy(fs::path(TAGLOOM_TEST_PLUGINS) / "tagloom_ordering_rare_first.so", library_);
    fs::permissions(library_, fs::perms::owner_all);
  }
  [[nodiscard]] std::string refusal() const {
    const Registry registry({folder_.path()});
    if (registry.refused().empty()) return "";
    EXPECT_THAT(registry.components(), IsEmpty());
    return registry.refused()[0].second;
  }
  void expect_taken_on_demand() const {
    EXPECT_EQ(Registry({folder_.path()}, {.trust_all = true, .inspector = nullptr}).components().size(), 1U);
  }

  TemporaryFolder folder_;
  fs::path library_ = folder_.path() / "library.so";
};

TEST_F(Trust, AFolderAndALibraryOfOnesOwnAreTaken) {
  EXPECT_EQ(refusal(), "");
  EXPECT_EQ(objection_to_folder("/no/such/folder"), "");
}

TEST_F(Trust, AFolderThatEveryUserMayWriteToIsRefused) {
  fs::permissions(folder_.path(), fs::perms::all);
  EXPECT_THAT(refusal(), AllOf(HasSubstr(folder_.path().string()), HasSubstr("chmod o-w"),
                               HasSubstr("--trust-plugins")));
  expect_taken_on_demand();
}

TEST_F(Trust, AFolderThatEveryUserMayExchangeIsRefused) {
  const fs::path above = folder_.path() / "above";
  const fs::path mine = above / "between" / "mine";
  fs::create_directories(mine);
  fs::rename(library_, mine / "library.so");
  fs::permissions(above, fs::perms::all);
  EXPECT_THAT(
      objection_to_folder(mine),
      AllOf(HasSubstr("every user may write to " + above.string() + " above it"), HasSubstr("chmod")));
  fs::permissions(above, fs::perms::all | fs::perms::sticky_bit);
  EXPECT_EQ(objection_to_folder(mine), "") << "as /tmp is";
}

TEST_F(Trust, ALinkLeadsToNoLibraryThatEveryUserMayExchange) {
  const fs::path open = folder_.path() / "open";
  fs::create_directory(open);
  fs::permissions(open, fs::perms::all);
  fs::rename(library_, open / "library.so");
  fs::create_symlink(open / "library.so", library_);
  EXPECT_THAT(refusal(), HasSubstr("every user may write to " + open.string()));
  expect_taken_on_demand();
}

TEST_F(Trust, ALibraryThatEveryUserMayWriteToIsRefused) {
  fs::permissions(library_, fs::perms::all);
  EXPECT_THAT(refusal(), AllOf(HasSubstr("library.so"), HasSubstr("every user may write to it")));
  expect_taken_on_demand();
}

TEST_F(Trust, ALibraryOfAnotherUserIsRefused) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  ASSERT_EQ(chown(library_.c_str(), 12345, 12345), 0);
  EXPECT_THAT(refusal(), AllOf(HasSubstr("library.so"), HasSubstr("another user (number 12345)")));
  expect_taken_on_demand();
}

}  // namespace
}  // namespace tagloom::registry
