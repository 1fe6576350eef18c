/// Names that hold a line break and what a terminal obeys: they split no sentence and colour none.

#include "journey.hpp"
#include "support/files.hpp"
#include "tagloom_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace tagloom {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using testing::journey;
using testing::run_tagloom;
using testing::TemporaryFolder;
using testing::write_text;

constexpr const char* kOdd = "red\x1b[31m\nline";
constexpr const char* kShown = "red\\x1b[31m\\nline";

std::string without_line_breaks(std::string text) {
  std::erase(text, '\n');
  return text;
}

/// So many lines with the odd name as it is shown, no other control characters, and a period at the end.
void expect_lines(const std::string& text, std::ptrdiff_t lines) {
  EXPECT_THAT(text, AllOf(HasSubstr(kShown), EndsWith(".\n")));
  EXPECT_EQ(std::ranges::count(text, '\n'), lines) << text;
  const std::string rest = without_line_breaks(text);
  EXPECT_TRUE(std::ranges::none_of(rest, [](char c) { return c >= 0 && c < 0x20; })) << text;
}

void expect_one_line(const std::vector<std::string>& arguments, std::ptrdiff_t lines = 1) {
  const auto result = run_tagloom(arguments);
  EXPECT_NE(result.status, 0);
  expect_lines(result.err, lines);
}

TEST(OddNames, OfFilesThatAreMissingStayInOneSentence) {
  const TemporaryFolder folder;
  const std::string odd = folder / kOdd;
  const std::string out = folder / "out";
  const auto& [unused, data, cache, model] = journey();
  expect_one_line({"cache", "info", odd});
  expect_one_line({"cache", "verify", odd});
  expect_one_line({"dataset", "info", odd});
  expect_one_line({"cache", "build", "--images", odd, "--out", out});
  expect_one_line({"cache", "build", "--data", odd, "--out", out});
  expect_one_line({"train", "--data", odd, "--cache", cache, "--out", out});
  expect_one_line({"train", "--data", data, "--cache", odd, "--out", out});
  expect_one_line({"train", "--data", data, "--cache", cache, "--out", out, "--glove", odd});
  expect_one_line({"train", "--data", data, "--cache", cache, "--out", odd, "--resume"});
  expect_one_line({"train", "--config", odd});
  expect_one_line({"evaluate", odd, "--data", data, "--cache", cache}, 2);
  expect_one_line({"evaluate", model, "--data", odd, "--cache", cache});
  expect_one_line({"plugins", "list", "--plugin-dir", odd});
}

TEST(OddNames, OfFilesThatAreThereStayInOneSentence) {
  const TemporaryFolder folder;
  const std::string odd = folder / kOdd;
  const std::string out = folder / "out";
  const auto& [unused, data, cache, model] = journey();
  write_text(odd, "neither a cache nor a checkpoint");
  expect_one_line({"cache", "info", odd});
  expect_one_line({"dataset", "demo", odd});
  expect_one_line({"train", "--data", data, "--cache", odd, "--out", out});
  expect_one_line({"train", "--data", data, "--cache", cache, "--out", odd});
  expect_one_line({"train", "--data", data, "--cache", cache, "--out", out, "--glove", odd});
  expect_one_line({"evaluate", odd, "--data", data, "--cache", cache}, 2);
  expect_one_line({"cache", "build", "--data", data, "--out", out, "--set", "encoder.weights=" + odd});
}

TEST(OddNames, InOptionsStayInOneSentence) {
  const TemporaryFolder folder;
  const std::string out = folder / "out";
  const auto& [unused, data, cache, model] = journey();
  const auto train = [&](const std::string& option, const std::string& value) {
    expect_one_line({"train", "--data", data, "--cache", cache, "--out", out, option, value});
  };
  train("--decoder", kOdd);
  train("--loss", kOdd);
  train("--set", kOdd);
  train("--set", std::string("decoder.hidden=") + kOdd);
  train("--set", std::string("decoder.") + kOdd + "=1");
  train("--select-on", kOdd);
  train("--precision", kOdd);
  train("--device", kOdd);
  train("--resident", kOdd);
  train("--epochs", kOdd);
  expect_one_line({"evaluate", model, "--data", data, "--cache", cache, "--split", kOdd});
  expect_one_line({"plugins", "inspect", kOdd});
  expect_one_line({"cache", "build", "--data", data, "--out", out, "--pixels", kOdd});
  expect_one_line({"cache", "build", "--data", data, "--out", out, "--compression", kOdd});
}

TEST(OddNames, OfARefusedPluginStayInOneLine) {
  const TemporaryFolder folder;
  write_text(folder / std::string(kOdd).append(".so"), "no library");
  const auto listed = run_tagloom({"plugins", "list", "--plugin-dir", folder.path().string()});
  EXPECT_EQ(listed.status, 0) << listed.err;
  const auto refused = listed.out.find("refused: ");
  ASSERT_NE(refused, std::string::npos);
  expect_lines(listed.out.substr(refused), 1);
}

TEST(Sentences, EndWithAPeriod) {
  const TemporaryFolder folder;
  write_text(folder / "no_cache", "");
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"trian"},
        {"train"},
        {"cache"},
        {"cache", "info"},
        {"cache", "shrink"},
        {"cache", "info", folder / "missing"},
        {"cache", "info", folder / "no_cache"},
        {"dataset", "info", folder / "missing"},
        {"dataset", "demo", folder / "demo", "--count", "1"},
        {"evaluate", folder / "missing", "--data", journey().data, "--cache", journey().cache}}) {
    const auto result = run_tagloom(arguments);
    EXPECT_NE(result.status, 0);
    EXPECT_THAT(result.err, EndsWith(".\n"));
  }
}

}  // namespace
}  // namespace tagloom
