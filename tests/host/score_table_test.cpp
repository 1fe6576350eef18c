#include "evaluation/score_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

namespace tagloom::evaluation {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

ScoredSplit scored(const std::string& model) {
  ScoredSplit row{.model = model, .method = "ria", .split = "validation", .search = "beam 10"};
  row.selected_on = SelectOn::validation;
  row.metrics.per_class = {.precision = 0.3217, .recall = 0.4318, .f1 = 0.3687, .mean_of_f1 = 0.331};
  row.metrics.micro = {.precision = 0.5001, .recall = 0.5502, .f1 = 0.5240};
  row.metrics.example_based = {.precision = 0.5123, .recall = 0.5624, .f1 = 0.5362};
  row.metrics.n_plus = 1147;
  row.metrics.mean_average_precision = 0.401;
  row.metrics.bands = {
      {.name = "frequent", .labels = 87, .fewest = 1, .most = 1038, .per_class = row.metrics.per_class}};
  return row;
}

std::size_t widest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t widest = 0;
  for (std::string line; std::getline(lines, line);)
    widest = std::max(widest, line.size());
  return widest;
}

TEST(ScoreTable, FitsTheColumnsAndCutsNoNumber) {
  const ScoredSplit row = scored("/a/folder/with/a/long/name/and/another/one/attention.safetensors");
  for (const int columns : {60, 79, 80, 100, 200}) {
    const std::string line = table_line(row, columns);
    EXPECT_LE(widest_line(table_head(columns) + line + band_lines(row, columns)),
              static_cast<std::size_t>(columns));
    for (const char* number : {"0.3217", "0.4318", "0.3687", "0.331", "1147", "0.5001", "0.5502", "0.5240",
                               "0.5123", "0.5624", "0.5362", "0.401"})
      EXPECT_THAT(line, HasSubstr(number)) << columns;
    EXPECT_THAT(line, HasSubstr("attention.safetensors")) << columns;
  }
}

TEST(ScoreTable, TitlesStandAboveTheirNumbers) {
  for (const int columns : {80, 200}) {
    const std::string head = table_head(columns);
    const std::string line = table_line(scored("m"), columns);
    const auto place = [](const std::string& text, const std::string& what) {
      const std::size_t at = text.find(what) + what.size();
      return at - text.substr(0, at).rfind('\n');
    };
    EXPECT_EQ(place(head, "N+"), place(line, "1147")) << columns;
    EXPECT_EQ(place(head, "mAP"), place(line, "0.401")) << columns;
    EXPECT_EQ(place(head, "mF1"), place(line, "0.331")) << columns;
  }
}

TEST(ScoreTable, ALongNameIsShortenedFromTheLeft) {
  const std::string line = table_line(scored("/" + std::string(90, 'x') + "/m.safetensors"), 80);
  EXPECT_THAT(line, HasSubstr("x/m.safetensors: validation, beam 10, selected on validation\n"));
  EXPECT_TRUE(line.starts_with("...x"));
}

TEST(ScoreTable, DoesNotObeyANameThatCommandsTheTerminal) {
  for (const int columns : {80, 200})
    EXPECT_THAT(table_line({.model = "m\x1b[2J\n.safetensors", .split = "test"}, columns),
                HasSubstr(R"(m\x1b[2J\n.safetensors)"));
}

TEST(ScoreTable, SaysNothingOfCheckpointsThatDoNotKnowWhetherTheirRunHadEnded) {
  EXPECT_THAT(table_line({.model = "m.safetensors", .split = "test"}, 80), Not(HasSubstr("finished")));
}

}  // namespace
}  // namespace tagloom::evaluation
