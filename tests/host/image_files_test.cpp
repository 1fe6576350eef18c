#include "features/image_files.hpp"

#include "support/files.hpp"

#include <tagloom/base/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace tagloom::features {
namespace {

using tagloom::testing::TemporaryFolder;
using tagloom::testing::write_text;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

std::vector<std::string> names_below(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const ImageFile& file : images_below(folder).files)
    names.push_back(file.name);
  return names;
}

/// As much of a picture as tells its format.
constexpr const char* kJpeg = "\xFF\xD8\xFF\xE0";
constexpr const char* kGif = "GIF89a";

TEST(ImagesBelow, AreFoundToTheBottomAndSorted) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "b/c");
  write_text(folder / "b/c/two.PNG", "\x89PNG\r\n\x1A\n");
  write_text(folder / "a.jpg", kJpeg);
  EXPECT_THAT(names_below(folder.path()), ElementsAre("a.jpg", "b/c/two.PNG"));
  EXPECT_EQ(images_below(folder.path()).left_out, "");
}

TEST(ImagesBelow, AreToldByTheirContentWhateverTheirName) {
  const TemporaryFolder folder;
  for (const char* name : {"no_extension", "photo.jfif", "photo.jpe", "photo.txt"})
    write_text(folder / name, kJpeg);
  write_text(folder / "photo.ppm", "P6\n1 1\n255\nabc");
  EXPECT_THAT(names_below(folder.path()),
              ElementsAre("no_extension", "photo.jfif", "photo.jpe", "photo.ppm", "photo.txt"));
}

TEST(ImagesBelow, AFileThatOnlyItsNameCallsAnImageIsKeptSoThatItIsReported) {
  const TemporaryFolder folder;
  write_text(folder / "empty.jpg", "");
  write_text(folder / "text.JPG", "not a picture");
  EXPECT_THAT(names_below(folder.path()), ElementsAre("empty.jpg", "text.JPG"));
}

TEST(ImagesBelow, WhatIsLeftOutIsCountedAndNamedWithItsReason) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / ".ipynb_checkpoints");
  write_text(folder / ".ipynb_checkpoints/ok-checkpoint.jpg", kJpeg);
  write_text(folder / "._ok.jpg", std::string("\0\5\x16\7", 4));
  write_text(folder / ".hidden.jpg", kJpeg);
  write_text(folder / "ok.jpg", kJpeg);
  write_text(folder / "notes.txt", "notes");
  write_text(folder / "moving\n.gif", kGif);
  const ImagesBelow images = images_below(folder.path());
  ASSERT_EQ(images.files.size(), 1U);
  EXPECT_THAT(images.left_out,
              AllOf(HasSubstr("3 hidden (."), HasSubstr("1 of no picture format (notes.txt)"),
                    HasSubstr("1 of the format GIF, which is not read (moving\\n.gif)"), EndsWith(".")));
}

TEST(ImagesBelow, ANameThatIsNoUtf8IsStoredAsOneThatIs) {
  const TemporaryFolder folder;
  write_text(folder / "caf\xE9.jpg", kJpeg);
  EXPECT_THAT(names_below(folder.path()), ElementsAre("caf\\xe9.jpg"));
  write_text(folder / "caf\\xe9.jpg", kJpeg);
  EXPECT_THAT([&] { images_below(folder.path()); }, ThrowsMessage<DataError>(HasSubstr("caf\\xe9.jpg")));
}

TEST(ImagesOfADataSet, MayBeMissingWhereThatIsAllowed) {
  const TemporaryFolder folder;
  const char* labels = R"({"samples": [{"image_name": "%.jpg", "image_labels": ["a"]}], "labels": ["a"]})";
  for (const char* split : {"train", "test"})
    write_text(folder / (std::string(split) + ".json"),
               std::string(labels).replace(std::string(labels).find('%'), 1, split));
  std::filesystem::create_directory(folder / "images");
  write_text(folder / "images/train.jpg", kJpeg);
  EXPECT_THAT([&] { images_of_data_set(folder.path(), {}); },
              ThrowsMessage<DataError>(HasSubstr("test.jpg")));
  EXPECT_EQ(images_of_data_set(folder.path(), {}, true).files.size(), 2U);
}

TEST(ImagesBelow, ALinkToAFolderIsFollowedUnlessItLeadsBack) {
  const TemporaryFolder elsewhere;
  write_text(elsewhere / "far.jpg", kJpeg);
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

/// While one lives, its thread may not read what is nobody's to read, even if it is root's.
class WithoutRootsRights {
 public:
  WithoutRootsRights() {
    syscall(SYS_capget, &header_, before_.data());
    auto fewer = before_;
    fewer[0].effective &= ~(1U << CAP_DAC_OVERRIDE | 1U << CAP_DAC_READ_SEARCH);
    syscall(SYS_capset, &header_, fewer.data());
  }
  ~WithoutRootsRights() { syscall(SYS_capset, &header_, before_.data()); }
  WithoutRootsRights(const WithoutRootsRights&) = delete;
  WithoutRootsRights& operator=(const WithoutRootsRights&) = delete;

 private:
  __user_cap_header_struct header_{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> before_{};
};

TEST(ImagesBelow, AFolderThatMayNotBeReadIsLeftOutAndThatIsSaid) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "lost+found");
  std::filesystem::permissions(folder / "lost+found", std::filesystem::perms::none);
  write_text(folder / "a.jpg", kJpeg);
  const WithoutRootsRights rights;
  EXPECT_THAT(names_below(folder.path()), ElementsAre("a.jpg"));
  EXPECT_THAT(images_below(folder.path()).left_out, HasSubstr("1 that may not be read (lost+found)"));
  EXPECT_THAT([&] { images_below(folder / "lost+found"); },
              ThrowsMessage<DataError>(HasSubstr("lost+found cannot be read")));
}

TEST(ImagesBelow, AFolderWithoutImagesOrNoneAtAllIsRefused) {
  const TemporaryFolder folder;
  EXPECT_THAT([&] { images_below(folder.path()); }, ThrowsMessage<DataError>(HasSubstr("holds no images")));
  EXPECT_THAT([&] { images_below(folder / "missing"); },
              ThrowsMessage<DataError>(HasSubstr("missing cannot be read")));
}

}  // namespace
}  // namespace tagloom::features
