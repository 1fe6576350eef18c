/// `--store`: a cache of another precision, from its build to a model's scores.

#include "journey.hpp"
#include "support/files.hpp"
#include "tagloom_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tagloom::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class StoredInInt8 : public ::testing::Test {
 protected:
  ProcessResult build(const std::string& out, const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = journey().build(folder_ / out);
    arguments.insert(arguments.end(), {"--map", "--store", "int8"});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_tagloom(arguments);
  }
  static void expect_runs(const ProcessResult& result) { EXPECT_EQ(result.status, 0) << result.err; }

  TemporaryFolder folder_;
};

TEST_F(StoredInInt8, ShardsAreMergedToTheFileOfOneBuildWhichVerifiesTrainsAndEvaluates) {
  expect_runs(build("one.h5", {}));
  const std::string cache = folder_ / "c.h5";
  expect_runs(build("c.h5", {"--shard", "2/2"}));
  expect_runs(build("c.h5", {"--shard", "1/2"}));
  expect_runs(run_tagloom({"cache", "merge", cache, folder_ / "c.1-of-2.h5", folder_ / "c.2-of-2.h5"}));
  EXPECT_EQ(read_text(cache), read_text(folder_ / "one.h5"));
  expect_runs(run_tagloom({"cache", "verify", cache}));
  EXPECT_THAT(run_tagloom({"cache", "info", cache}).out, AllOf(HasSubstr(", int8\n"), HasSubstr("format 6")));
  const std::string model = folder_ / "m.safetensors";
  const std::vector<std::string> data = {"--data", journey().data, "--cache", cache};
  std::vector<std::string> train = {"train",    "--out", model,          "--decoder", "attention",
                                    "--epochs", "2",     "--validation", "0.2"};
  train.insert(train.end(), data.begin(), data.end());
  expect_runs(run_tagloom(train));
  std::vector<std::string> evaluate = {"evaluate", model};
  evaluate.insert(evaluate.end(), data.begin(), data.end());
  const ProcessResult scores = run_tagloom(evaluate);
  expect_runs(scores);
  EXPECT_THAT(scores.out, HasSubstr("F1"));
}

TEST_F(StoredInInt8, ACacheOfFloat16BecomesOneByMergeAndOnlyThenTakesItsImages) {
  const std::string small = folder_ / "small.h5";
  expect_runs(run_tagloom({"cache", "merge", "--store", "int8", small, journey().cache}));
  expect_runs(run_tagloom({"cache", "verify", small}));
  const ProcessResult compared = run_tagloom({"cache", "diff", small, journey().cache});
  EXPECT_EQ(compared.status, 1);
  EXPECT_THAT(compared.out, HasSubstr("numbers (--store) int8 there, float16 here"));
  std::vector<std::string> append = journey().build(small);
  append.emplace_back("--append");
  EXPECT_THAT(run_tagloom(append).err, HasSubstr("numbers (--store) int8 there, float16 here"));
  append.insert(append.end(), {"--store", "int8"});
  expect_runs(run_tagloom(append));
  expect_runs(run_tagloom({"cache", "export", small, "--out", folder_ / "arrays"}));
  EXPECT_THAT(read_text(folder_ / "arrays/pooled.npy"), HasSubstr("'<f2'"));
  // The model of the float16 cache takes what is left of its features.
  expect_runs(run_tagloom({"evaluate", journey().model, "--data", journey().data, "--cache", small}));
  EXPECT_THAT(run_tagloom({"cache", "merge", "--virtual", "--store", "int8", folder_ / "v.h5", small}).err,
              HasSubstr("--store does nothing here"));
}

}  // namespace
}  // namespace tagloom::testing
