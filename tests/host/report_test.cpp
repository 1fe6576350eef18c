#include "evaluation/report.hpp"

#include "support/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace tagloom::evaluation {
namespace {

using tagloom::testing::TemporaryFolder;
using ::testing::HasSubstr;

Comparison of_one_label(const std::string& label) {
  ScoredSplit row{.model = "m.safetensors", .split = "test", .train_counts = {3}};
  row.metrics.labels = {{.true_positives = 1}};
  return {.vocabulary = Vocabulary({label}), .rows = {row}};
}

TEST(LabelTable, HasOneLineALabelWhateverItIsCalled) {
  const TemporaryFolder folder;
  write_label_table(folder / "labels.csv", of_one_label("a\rb\nc\"d\x1b[31m"));
  const std::string text = tagloom::testing::read_text(folder / "labels.csv");
  EXPECT_EQ(std::ranges::count(text, '\n'), 2);
  EXPECT_THAT(text, HasSubstr(R"(,"a\rb\nc""d\x1b[31m",3,)"));
}

}  // namespace
}  // namespace tagloom::evaluation
