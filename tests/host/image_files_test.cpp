#include "features/image_files.hpp"

#include "support/files.hpp"

#include <tagloom/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace tagloom::features {
namespace {

using tagloom::testing::TemporaryFolder;
using tagloom::testing::write_text;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

std::vector<std::string> names_below(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const ImageFile& file : images_below(folder))
    names.push_back(file.name);
  return names;
}

TEST(ImagesBelow, AreFoundToTheBottomByTheirExtensionAndSorted) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "b/c");
  write_text(folder / "b/c/two.PNG", "");
  write_text(folder / "a.jpg", "");
  write_text(folder / "notes.txt", "");
  EXPECT_THAT(names_below(folder.path()), ElementsAre("a.jpg", "b/c/two.PNG"));
}

TEST(ImagesBelow, ALinkToAFolderIsFollowedUnlessItLeadsBack) {
  const TemporaryFolder elsewhere;
  write_text(elsewhere / "far.jpg", "");
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "in");
  write_text(folder / "in/near.jpg", "");
  std::filesystem::create_directory_symlink(elsewhere.path(), folder / "linked");
  std::filesystem::create_directory_symlink("..", folder / "in/up");
  std::filesystem::create_directory_symlink("self", folder / "self");
  EXPECT_THAT(names_below(folder.path()), ElementsAre("in/near.jpg", "linked/far.jpg"));
}

TEST(ImagesBelow, FoldersThatLinkToEachOtherAreEachEnteredOnceOnAPath) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "a");
  std::filesystem::create_directories(folder / "b");
  write_text(folder / "a/x.jpg", "");
  std::filesystem::create_directory_symlink("../b", folder / "a/to_b");
  std::filesystem::create_directory_symlink("../a", folder / "b/to_a");
  EXPECT_THAT(names_below(folder.path()), ElementsAre("a/x.jpg", "b/to_a/x.jpg"));
}

TEST(ImagesBelow, ALinkToNothingIsKeptSoThatItIsReported) {
  const TemporaryFolder folder;
  std::filesystem::create_symlink("gone.jpg", folder / "link.jpg");
  std::filesystem::create_symlink("self.jpg", folder / "self.jpg");
  EXPECT_THAT(names_below(folder.path()), ElementsAre("link.jpg", "self.jpg"));
}

TEST(ImagesBelow, AFolderWithoutImagesOrNoneAtAllIsRefused) {
  const TemporaryFolder folder;
  EXPECT_THAT([&] { images_below(folder.path()); }, ThrowsMessage<DataError>(HasSubstr("holds no images")));
  EXPECT_THAT([&] { images_below(folder / "missing"); },
              ThrowsMessage<DataError>(HasSubstr("missing cannot be read")));
}

}  // namespace
}  // namespace tagloom::features
