#include "annotation/places.hpp"

#include "support/files.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/new_file.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace tagloom::annotation {
namespace {

namespace fs = std::filesystem;

TEST(Places, KeepThePicturesOwnName) {
  EXPECT_EQ(place_below("out", "beach/a b.jpg", ".png"), "out/beach/a b.jpg.png");
  EXPECT_EQ(place_below("out", "./a.jpg", ".png"), "out/a.jpg.png");
  EXPECT_EQ(place_below("out", "\xff\xfe.jpg", ""), "out/\xff\xfe.jpg");
}

TEST(Places, DifferForDifferentPictures) {
  std::set<fs::path> places;
  const std::vector<std::string> names = {"a.jpg",      "a.png",       "a.jpg.png", "../a.jpg",
                                          "up/a.jpg",   "/a.jpg",      "up_/a.jpg", "up__/a",
                                          "root/a.jpg", "root_/a.jpg", "../../a",   "up/up/a",
                                          "../up/a",    "root_up/a.b", "up.jpg",    "upper/a.b"};
  for (const std::string& name : names) {
    places.insert(place_below("out", name, ".png"));
    EXPECT_TRUE(place_below("out", name, ".png").native().starts_with("out/")) << name;
    EXPECT_EQ(place_below("out", name, ".png").native().find(".."), std::string::npos) << name;
  }
  EXPECT_EQ(places.size(), names.size());
}

TEST(Places, OfNamesAsLongAsAFileMayHaveCanBeWritten) {
  const testing::TemporaryFolder folder;
  std::string first;
  while (first.size() < 250)
    first += "\u00e9";
  const std::string second = first + "x.jpg";
  first += "y.jpg";
  const fs::path place = place_below(folder.path(), "b/" + first, ".png");
  EXPECT_NE(place, place_below(folder.path(), "b/" + second, ".png"));
  make_folders(folder.path(), place);
  replace_file(place, "drawn");
  EXPECT_EQ(testing::read_text(place), "drawn");
  EXPECT_EQ(place.extension(), ".png");
}

TEST(Places, AreInAFolderHoweverItIsSpelt) {
  const testing::TemporaryFolder folder;
  for (const std::string out : {"out", "out/", "./out/./", "link", "link/"}) {
    for (const std::string name : {"a.jpg", "b/c/a.jpg"}) {
      const fs::path place = place_below(folder / out, name, ".png");
      make_folders(folder / out, place);
      replace_file(place, out);
      EXPECT_EQ(testing::read_text(folder.path() / "out" / (name + ".png")), out) << name;
    }
    if (out == "out") fs::create_directory_symlink(folder / "out", folder / "link");
  }
}

TEST(Places, AreNotWhereTheOriginalsLie) {
  const testing::TemporaryFolder folder;
  const fs::path picture = folder / "a.jpg";
  testing::write_text(picture, "");
  EXPECT_THAT(
      [&] { refuse_original_below(folder.path(), picture, "--pictures"); },
      ::testing::ThrowsMessage<UsageError>(::testing::AllOf(
          ::testing::HasSubstr("a.jpg lies in"), ::testing::HasSubstr("give --pictures another folder."))));
  EXPECT_THROW(refuse_original_below(folder / ".", picture, "--pictures"), UsageError);
  EXPECT_THROW(refuse_original_below(folder / "", picture, "--pictures"), UsageError);
  fs::create_directory_symlink(folder.path(), folder / "link");
  EXPECT_THROW(refuse_original_below(folder / "link", picture, "--pictures"), UsageError);
  EXPECT_NO_THROW(refuse_original_below(folder / "out", picture, "--pictures"));
  EXPECT_NO_THROW(refuse_original_below(folder.path().string() + "2", picture, "--pictures"));
}

}  // namespace
}  // namespace tagloom::annotation
