/// Annotations as lines.

#include "annotation/formats/format.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sstream>

namespace tagloom::annotation {
namespace {

using ::testing::Each;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

Annotation boat() {
  return {.name = "sea/a.jpg",
          .file = {"sea/a.jpg", "pictures/sea/a.jpg"},
          .tags = {{.label = "boat", .confidence = 0.93456F}, {.label = "sea, calm", .confidence = 0.5F}},
          .attention = {}};
}

std::string lines(FormatName name, const Annotation& annotation, const FormatSettings& settings = {}) {
  return make_format(name, settings)->lines(annotation);
}

TEST(TextFormat, IsALineAPicture) {
  EXPECT_EQ(lines(FormatName::text, boat()), "sea/a.jpg: boat 0.93, sea, calm 0.50\n");
  EXPECT_EQ(lines(FormatName::text, {.name = "b.jpg"}), "b.jpg: (no tags)\n");
}

TEST(TextFormat, GoesOnBelowWhereATerminalEnds) {
  Annotation many{.name = "a.jpg"};
  for (int i = 0; i < 12; ++i)
    many.tags.push_back({.label = "labél " + std::to_string(i), .confidence = 0.5F});
  const std::string text = lines(FormatName::text, many, {.width = 60});
  std::istringstream stream(text);
  std::vector<std::string> rows;
  for (std::string row; std::getline(stream, row);) {
    EXPECT_LE(row.size(), 60U + 6) << "in bytes, of which the é of each label has two: " << row;
    rows.push_back(row);
  }
  EXPECT_THAT(rows, SizeIs(4));
  EXPECT_THAT(std::vector<std::string>(rows.begin() + 1, rows.end()), Each(StartsWith("    labél")));
  EXPECT_THAT(std::vector<std::string>(rows.begin(), rows.end() - 1), Each(EndsWith(",")));
  EXPECT_EQ(std::ranges::count(text, ','), 11);
}

TEST(JsonLinesFormat, IsAnObjectAPictureOfAVersion) {
  const auto line = nlohmann::json::parse(lines(FormatName::jsonl, boat(), {.calibrated = false}));
  EXPECT_EQ(line, nlohmann::json::parse(R"({"format": 1, "name": "sea/a.jpg", "file": "pictures/sea/a.jpg",
      "calibrated": false, "tags": [{"label": "boat", "confidence": 0.9346},
                                    {"label": "sea, calm", "confidence": 0.5}]})"));
}

TEST(JsonLinesFormat, SaysWhyAPictureHasNoTags) {
  const std::string text = make_format(FormatName::jsonl, {})
                               ->lines(Unreadable{"a.jpg", {"a.jpg", "p/a.jpg"}, "a.jpg ends too early."});
  const auto line = nlohmann::json::parse(text);
  EXPECT_EQ(line.at("error"), "a.jpg ends too early.");
  EXPECT_FALSE(line.contains("tags"));
}

TEST(JsonLinesFormat, StaysJsonWhereANameWouldCommandATerminal) {
  const std::string name = "a\x1b[31m\u202e\x7f.jpg";
  const std::string text = lines(FormatName::jsonl, {.name = name});
  EXPECT_EQ(nlohmann::json::parse(text).at("name"), name);
  EXPECT_THAT(text, Not(HasSubstr("\u202e")));
  EXPECT_THAT(text, HasSubstr("\\u202e"));
}

TEST(CsvFormat, HasARowATagAndOneForAPictureWithout) {
  const auto csv = make_format(FormatName::csv, {});
  EXPECT_EQ(csv->head(), "name,position,label,confidence,error\n");
  EXPECT_EQ(csv->lines(boat()), "sea/a.jpg,1,boat,0.9346,\nsea/a.jpg,2,\"sea, calm\",0.5000,\n");
  EXPECT_EQ(csv->lines(Annotation{.name = "b.jpg"}), "b.jpg,,,,\n");
  EXPECT_EQ(csv->lines(Unreadable{"c.jpg", {"c.jpg", "c.jpg"}, "c.jpg is empty, or so."}),
            "c.jpg,,,,\"c.jpg is empty, or so.\"\n");
}

}  // namespace
}  // namespace tagloom::annotation
