#include "datasets/layout_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

namespace tagloom::datasets {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Folders, AreTheClassesOfThePicturesInThem) {
  const LayoutFiles files;
  files.pictures({"cat/2.jpg", "cat/1.JPG", "cat/notes.txt", "cat/.hidden.jpg", "dog/more/3.png"});
  const Dataset dataset = read_whole(files.path());
  EXPECT_EQ(dataset.layout, "folders");
  EXPECT_THAT(named(dataset, dataset.train),
              ElementsAre(Named{"cat/1.JPG", {"cat"}}, Named{"cat/2.jpg", {"cat"}},
                          Named{"dog/more/3.png", {"dog"}}));
  EXPECT_NO_THROW(check_images(dataset));
}

TEST(Folders, HoldPicturesOfEveryEndingAndNoneThatAreHidden) {
  const LayoutFiles files;
  files.pictures({"cat/1.jfif", "cat/2.PGM", "cat/@eaDir/1.jpg", "dog/3.jpe", "__MACOSX/3.jpg"});
  const Dataset dataset = read_whole(files.path(), "folders");
  EXPECT_THAT(
      named(dataset, dataset.train),
      ElementsAre(Named{"cat/1.jfif", {"cat"}}, Named{"cat/2.PGM", {"cat"}}, Named{"dog/3.jpe", {"dog"}}));
}

TEST(Folders, OfSplitsHoldTheClasses) {
  const LayoutFiles files;
  files.pictures({"train/cat/1.jpg", "train/dog/2.jpg", "val/cat/1.jpg", "test/dog/9.jpg"});
  const Dataset dataset = read(files.path());
  EXPECT_EQ(dataset.train.size(), 2U);
  EXPECT_THAT(named(dataset, dataset.validation), ElementsAre(Named{"val/cat/1.jpg", {"cat"}}));
  EXPECT_THAT(named(dataset, dataset.test), ElementsAre(Named{"test/dog/9.jpg", {"dog"}}));
}

/// Root may read everything, so it takes another user's rights meanwhile.
class WithoutRootsRights {
 public:
  WithoutRootsRights() : is_root_(geteuid() == 0) {
    constexpr uid_t kNobody = 65534;
    if (is_root_) {
      EXPECT_EQ(seteuid(kNobody), 0);
    }
  }
  ~WithoutRootsRights() {
    if (is_root_) {
      EXPECT_EQ(seteuid(0), 0);
    }
  }
  WithoutRootsRights(const WithoutRootsRights&) = delete;
  WithoutRootsRights& operator=(const WithoutRootsRights&) = delete;

 private:
  bool is_root_;
};

TEST(Folders, AFolderThatMayNotBeReadIsSaidAndNotLeftOut) {
  namespace fs = std::filesystem;
  for (const char* closed : {"cat", "dog/more"}) {
    const LayoutFiles files;
    files.pictures({"cat/1.jpg", "dog/2.jpg", "dog/more/3.jpg", "fox/4.jpg"});
    fs::permissions(files.path(), fs::perms::others_read | fs::perms::others_exec, fs::perm_options::add);
    fs::permissions(files.path(closed), fs::perms::none);
    {
      const WithoutRootsRights meanwhile;
      expect_refused(files.path(), HasSubstr("Permission denied"));
    }
    fs::permissions(files.path(closed), fs::perms::owner_all);
  }
}

TEST(Folders, WithoutPicturesAreNoDataSet) {
  const LayoutFiles files;
  files.pictures({"a/b.txt", "c/d.txt"});
  expect_refused(files.path(), HasSubstr(" is no data set of a layout that is read"));
  expect_refused(files.path(), HasSubstr("has no folder with pictures in it"), "folders");
}

}  // namespace
}  // namespace tagloom::datasets
