#include "evaluation/readable_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace tagloom::evaluation {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

TEST(ReadableJson, HasAnEntryALineAndListsOfPlainValuesOnOne) {
  const json document = {{"b", {{"x", {1, 2}}, {"y", json::array()}}}, {"a", {json::array({1}), "c"}}};
  EXPECT_EQ(to_readable_text(document),
            "{\n \"a\": [\n  [1],\n  \"c\"\n ],\n \"b\": {\n  \"x\": [1,2],\n  \"y\": []\n }\n}");
}

TEST(ReadableJson, IsTheSameJson) {
  const json document =
      json::parse(R"({"a \"quoted\"\n name": [[0.1, null], {"x": {}}], "empty": {}, "n": -7})");
  EXPECT_EQ(json::parse(to_readable_text(document)), document);
}

TEST(ReadableJson, TakesBytesThatAreNoUtf8) {
  EXPECT_THAT(to_readable_text({{"a\xff", {"b\xff"}}}), HasSubstr("a\xef\xbf\xbd"));
}

TEST(ReadableJson, NumbersHaveTheDigitsOfAFloat) {
  const std::vector<float> values = {0.1F, 1e-9F, 0.333333343F, 1.0F};
  EXPECT_EQ(to_readable_text(short_numbers(values)), "[0.1,1e-09,0.33333334,1.0]");
  const auto back = json::parse(to_readable_text(short_numbers(values))).get<std::vector<float>>();
  EXPECT_EQ(back, values) << "no digit is lost";
  EXPECT_EQ(short_numbers({std::numeric_limits<float>::infinity()})[0], json());
}

}  // namespace
}  // namespace tagloom::evaluation
