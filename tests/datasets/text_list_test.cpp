#include "datasets/layout_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom::datasets {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(TextList, HasAnImageAndItsLabelsALine) {
  const LayoutFiles files;
  files.write("train.txt", "a.jpg sea  sky\r\n\nb.jpg\n");
  files.write("test.txt", "my photo.jpg\tblue sky\tsea");
  files.write("vocabulary.txt", "sea\n");
  files.pictures({"images/a.jpg"});
  const Dataset dataset = read(files.path());
  EXPECT_EQ(dataset.layout, "list");
  EXPECT_THAT(named(dataset, dataset.train),
              ElementsAre(Named{"images/a.jpg", {"sea", "sky"}}, Named{"images/b.jpg", {}}));
  EXPECT_THAT(named(dataset, dataset.test), ElementsAre(Named{"my photo.jpg", {"blue sky", "sea"}}));
}

TEST(TextList, OneListAloneIsSplit) {
  const LayoutFiles files;
  std::string lines;
  for (int i = 0; i < 10; ++i)
    lines += "in/" + std::to_string(i) + ".jpg x\n";
  files.write("photos.txt", lines);
  const Dataset dataset = read(files.path("photos.txt"));
  EXPECT_EQ(dataset.train.size(), 8U);
  EXPECT_EQ(dataset.test.size(), 2U);
}

TEST(TextList, NamesTheLineThatIsWrong) {
  const LayoutFiles files;
  files.write("train.txt", "a.jpg x\n\n../b.jpg x\n");
  expect_refused(files.path(), AllOf(HasSubstr("line 3 of "), HasSubstr("\"../b.jpg\"")));
  files.write("train.txt", "a.jpg \xFF\n");
  expect_refused(files.path(), AllOf(HasSubstr("line 1 of "), HasSubstr("UTF-8")));
  files.write("train.txt", std::string(2'000'000, 'a'));
  expect_refused(files.path(), AllOf(HasSubstr("line 1 of "), HasSubstr("longer")));
}

}  // namespace
}  // namespace tagloom::datasets
