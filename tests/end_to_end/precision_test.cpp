/// What `--precision auto` stands for: measured, remembered, and shown by `tagloom info`.

#include "support/files.hpp"
#include "tagloom_process.hpp"

#include <tagloom/base/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace tagloom::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class AutomaticPrecision : public ::testing::Test {
 protected:
  /// The line of `tagloom info` about one kind of work, without its heading.
  std::string chosen_for(const std::string& work, const std::string& precision = "") {
    const auto info = run_tagloom(
        {"info"}, {{"XDG_CACHE_HOME", folder_.path().string()}, {"TAGLOOM_PRECISION", precision}});
    EXPECT_EQ(info.status, 0) << info.err;
    std::istringstream lines(info.out);
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with("auto, " + work)) return line.substr(line.find_first_not_of(' ', work.size() + 6));
    return {};
  }
  void SetUp() override {
    if (chosen_for("decoders").find("no bfloat16 in hardware") != std::string::npos)
      GTEST_SKIP() << "this processor multiplies no bfloat16, so that there is nothing to choose";
  }
  [[nodiscard]] std::filesystem::path file() const { return folder_ / "tagloom/products.json"; }
  void remember(double float32, double bfloat16) {
    auto content = nlohmann::json::parse(read_text(file()));
    for (auto& machine : content)
      if (machine.is_object()) machine["rows"] = {{"float32", float32}, {"bfloat16", bfloat16}};
    std::ofstream(file()) << content;
  }

  TemporaryFolder folder_;
};

TEST_F(AutomaticPrecision, IsMeasuredOnceAndThenRemembered) {
  std::filesystem::remove(file());
  EXPECT_THAT(chosen_for("decoders"), HasSubstr("measured now, and remembered in " + file().string()));
  EXPECT_THAT(chosen_for("decoders"), HasSubstr("; remembered in " + file().string()));
  EXPECT_THAT(chosen_for("encoders"), HasSubstr("; remembered in " + file().string()));
}

TEST_F(AutomaticPrecision, IsBfloat16WhereThatIsFasterByAFifth) {
  remember(13, 10);
  EXPECT_THAT(chosen_for("decoders"),
              StartsWith("bfloat16: 13.0 ms in float32, 10.0 ms in bfloat16; remembered"));
  remember(11, 10);
  EXPECT_THAT(chosen_for("decoders"), StartsWith("float32: 11.0 ms"));
}

TEST_F(AutomaticPrecision, IsMeasuredAgainWhereWhatIsRememberedIsDamaged) {
  for (const char* damage : {"", "{", "[1]", "{\"x\": 1}"}) {
    std::ofstream(file()) << damage;
    EXPECT_THAT(chosen_for("encoders"), HasSubstr("measured now, and remembered")) << damage;
  }
  remember(0, -1);
  EXPECT_THAT(chosen_for("decoders"), HasSubstr("measured now, and remembered"));
}

TEST_F(AutomaticPrecision, IsMeasuredEachTimeWhereNothingCanBeRemembered) {
  std::filesystem::remove_all(folder_ / "tagloom");
  std::ofstream(folder_ / "tagloom") << "a file where the folder belongs";
  EXPECT_THAT(chosen_for("decoders"),
              AllOf(HasSubstr("; measured now (TAGLOOM_PRECISION)"), Not(HasSubstr("remembered"))));
}

TEST(PrecisionInTheEnvironment, SaysWhatAutoIs) {
  for (const char* type : {"float32", "bfloat16"}) {
    const auto info = run_tagloom({"info"}, {{"TAGLOOM_PRECISION", type}});
    EXPECT_EQ(info.status, 0);
    EXPECT_THAT(info.out, HasSubstr(std::string("auto, decoders    ") + type + "; set by TAGLOOM_PRECISION"));
  }
}

TEST(PrecisionInTheEnvironment, MustBeAType) {
  const auto info = run_tagloom({"info"}, {{"TAGLOOM_PRECISION", "fast"}});
  EXPECT_EQ(info.status, 2);
  EXPECT_EQ(info.err, "tagloom info: TAGLOOM_PRECISION is \"fast\"; it must be float32, bfloat16 or auto.\n");
}

}  // namespace
}  // namespace tagloom::testing
