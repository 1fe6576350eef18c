#include "result_page/command_lines.hpp"
#include "result_page/confusion.hpp"
#include "result_page/curve.hpp"
#include "result_page/data_uri.hpp"
#include "result_page/emission.hpp"
#include "result_page/extremes.hpp"
#include "result_page/intervals.hpp"
#include "result_page/page.hpp"
#include "result_page/page_data.hpp"
#include "result_page/report_results.hpp"
#include "result_world.hpp"
#include "support/files.hpp"

#include <tagloom/base/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tagloom::result_page {
namespace {

using results::Result;
using ::testing::AllOf;
using ::testing::AnyOf;
using testing::document_of;
using ::testing::ElementsAre;
using testing::file_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::SmallResult;
using testing::TemporaryFolder;
using testing::write_text;

Result result_of(std::vector<std::vector<std::int64_t>> truth, std::vector<std::vector<std::int64_t>> said) {
  Result result{.method = "ria", .truth = std::move(truth), .predictions = std::move(said)};
  for (std::size_t i = 0; i < result.truth.size(); ++i)
    result.images.push_back(std::to_string(i));
  return result;
}

TEST(Confusion, CountsWhatWasSaidInPlaceOfWhatWasMissed) {
  const LabelMatrix matrix = confusion(result_of({{0, 1}, {0}, {2}, {3}}, {{0, 2}, {2}, {2}, {}}));
  ASSERT_THAT(matrix.labels, ElementsAre(2, 0, 1))
      << "the most confused first; nothing was said instead of 3";
  EXPECT_EQ(matrix.counts[2][0], 1) << "2 instead of 1";
  EXPECT_EQ(matrix.counts[1][0], 1) << "2 instead of 0";
  EXPECT_EQ(matrix.counts[0][2], 0);
}

TEST(Confusion, CompanyIsWhatWasSaidTogetherLessWhatBelongsTogether) {
  const LabelMatrix matrix = company(result_of({{0, 1}, {0}, {0}}, {{0}, {0, 2}, {2, 0}}));
  ASSERT_THAT(matrix.labels, ElementsAre(0, 2, 1));
  EXPECT_EQ(matrix.counts[0][1], 2);
  EXPECT_EQ(matrix.counts[1][0], 2);
  EXPECT_EQ(matrix.counts[0][2], -1);
  EXPECT_EQ(matrix.counts[0][0], 0);
}

TEST(Confusion, OfARightResultIsEmpty) {
  const Result right = result_of({{0, 1}, {2}}, {{1, 0}, {2}});
  EXPECT_THAT(confusion(right).labels, IsEmpty());
  EXPECT_THAT(company(right).labels, IsEmpty());
}

TEST(Emission, IsInTheOrderOfMeanPlaces) {
  const auto order = emission(result_of({}, {{2, 0, 1}, {0, 2}, {2}}));
  ASSERT_EQ(order.size(), 3U);
  EXPECT_EQ(order[0].label, 2);
  EXPECT_NEAR(order[0].mean_place, 4.0 / 3, 1e-12);
  EXPECT_THAT(order[0].by_place, ElementsAre(2, 1, 0));
  EXPECT_EQ(order[2].label, 1);
  EXPECT_EQ(emission(result_of({}, {{2, 0, 1}, {0, 2}, {2}}), 1).size(), 1U) << "the most frequent";
  EXPECT_THAT(emission(result_of({}, {{}, {}})), IsEmpty());
}

TEST(Extremes, AreTheBestAndTheWorstOnceEach) {
  Result result = result_of({{0}, {0}, {1, 2}, {3}, {4}}, {{5}, {6}, {1, 2}, {3}, {}});
  result.probabilities = {{0.2F}, {0.9F}, {0.5F, 0.5F}, {0.5F}, {}};
  const Extremes found = extremes(result, 2);
  ASSERT_EQ(found.best.size(), 2U);
  EXPECT_EQ(found.best[0].image, 2U) << "two labels are harder than one";
  EXPECT_EQ(found.best[1].image, 3U);
  EXPECT_EQ(found.worst[0].image, 1U) << "the surest mistake";
  EXPECT_EQ(found.worst[1].image, 4U) << "another image of label 0 is no news";
  EXPECT_EQ(extremes(result, 9).worst.size(), 2U) << "no image is among both";
}

TEST(Curve, HasTheEpochsOfALogWhateverItsColumns) {
  const auto epochs = epochs_of(
      "stage,epoch,loss,map,per_class_f1,best\nlabels,1,2.5,nan,0.1,1\nlabels,2,1.5,0.3,0.2,0\nlabels,3");
  ASSERT_EQ(epochs.size(), 2U) << "a line that is cut short is no epoch";
  EXPECT_EQ(epochs[0].loss, 2.5);
  EXPECT_TRUE(epochs[0].best);
  EXPECT_EQ(epochs[1].map, 0.3);
}

TEST(Curve, IsFoundBesideTheModelOrBesideTheResults) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "models");
  const std::string log = "stage,epoch,loss\nlabels,1,2.5\n";
  EXPECT_FALSE(find_curve("models/a.safetensors", folder / "r.json"));
  write_text(folder / "a.safetensors.log.csv", log);
  EXPECT_EQ(find_curve("gone/a.safetensors", folder / "r.json")->log, folder / "a.safetensors.log.csv");
  write_text(folder / "models/a.safetensors.log.csv", log);
  EXPECT_EQ(find_curve("models/a.safetensors", folder / "r.json")->log,
            folder / "models/a.safetensors.log.csv");
  write_text(folder / "b.safetensors.log.csv", "no log");
  EXPECT_FALSE(find_curve("b.safetensors", folder / "r.json"));
}

TEST(TrainingCommand, HasWhatTheRecordSaysOtherwiseThanTheDefaults) {
  EXPECT_EQ(training_command({{"decoder", "attention"},
                              {"seed", "7"},
                              {"batch", "64"},
                              {"clip_norm", "0"},
                              {"embeddings", "glove 300.txt"},
                              {"decoder.hidden", "512"},
                              {"views", "0"},
                              {"data_fingerprint", "ab"},
                              {"train_seconds", "7.5"}}),
            "tagloom train --data DATA --cache CACHE --out MODEL --seed 7 --decoder attention --glove 'glove "
            "300.txt' "
            "--batch 64 --set decoder.hidden=512");
}

TEST(Base64, IsThatOfTheStandard) {
  const auto encoded = [](std::string_view text) { return base64(std::as_bytes(std::span(text))); };
  EXPECT_EQ(encoded(""), "");
  EXPECT_EQ(encoded("f"), "Zg==");
  EXPECT_EQ(encoded("fo"), "Zm8=");
  EXPECT_EQ(encoded("foo"), "Zm9v");
  EXPECT_EQ(encoded("foob\xff"), "Zm9vYv8=");
}

TEST(Intervals, AreAroundTheScores) {
  const TemporaryFolder folder;
  const Result result = file_of(folder, "a.json", {{}}).results[0];
  const Intervals found = intervals(result, 3, {.draws = 300});
  for (const auto& [name, value] : found.figures) {
    EXPECT_LE(value.low, value.value + 1e-6) << name;
    EXPECT_GE(value.high, value.value - 1e-6) << name;
  }
  EXPECT_EQ(found.figures.back().name, "map");
  EXPECT_EQ(found.labels.size(), 3U);
  EXPECT_GE(found.labels[0].low, 0);
  EXPECT_LE(found.labels[0].high, 1 + 1e-6);
}

TEST(ReportResults, HaveABaselineOnce) {
  nlohmann::json document = document_of({{}, {}});
  document["results"][0]["method"] = "";
  document["results"][0]["model"] = "always the same";
  const TemporaryFolder folder;
  for (const char* name : {"a.json", "b.json"})
    write_text(folder / name, document.dump());
  const auto results =
      results_for_page({results::read_results(folder / "a.json"), results::read_results(folder / "b.json")});
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[1].name, "a (a.json)");
  EXPECT_EQ(usual_title(results), "2 results on test");
  EXPECT_EQ(results_of_model(results, "elsewhere/a.safetensors").size(), 2U);
  EXPECT_THROW((void)results_of_model(results, "c.safetensors"), UsageError);
  auto of_two = results;
  of_two.back().model = "other/a.safetensors";
  EXPECT_EQ(results_of_model(of_two, "other/a.safetensors").size(), 1U);
  EXPECT_THROW((void)results_of_model(of_two, "elsewhere/a.safetensors"), UsageError);
  document["results"].erase(1);
  write_text(folder / "none.json", document.dump());
  EXPECT_THROW((void)results_for_page({results::read_results(folder / "none.json")}), DataError);
}

TEST(Page, HoldsAllItsPartsAndNoTextThatCouldEndItsData) {
  const std::string html =
      to_html({{"title", "</script><script>x</script>"}, {"other", "/*SCRIPT*/ /*DATA*/"}});
  EXPECT_THAT(html,
              AllOf(HasSubstr("<!doctype html>"), HasSubstr("prefers-color-scheme: dark"),
                    HasSubstr("@media print"), HasSubstr("function chart("), HasSubstr(R"(\u003c/script>)")));
  EXPECT_THAT(html, Not(AnyOf(HasSubstr("<script>x"), HasSubstr("/*STYLE*/"))));
}

TEST(PageData, RefusesFiguresThatAreNoneInASentence) {
  nlohmann::json document = document_of({{}});
  document["results"][0]["bands"]["rare"] = 7;
  document["results"][0]["labels"].erase("sky");
  const TemporaryFolder folder;
  write_text(folder / "a.json", document.dump());
  const auto file = results::read_results(folder / "a.json");
  try {
    (void)page_data({file}, results_for_page({file}), {.bootstrap = {.draws = 100}});
    ADD_FAILURE() << "took it";
  } catch (const DataError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("a.json"), HasSubstr("evaluate")));
  }
}

TEST(PageData, HasWhatThePageDraws) {
  const TemporaryFolder folder;
  const auto file = file_of(folder, "a.json", {{.vocabulary = {"sky", "sea", "tree"}}});
  const auto data =
      page_data({file}, results_for_page({file}), {.title = "a\x1btitle", .bootstrap = {.draws = 100}});
  EXPECT_EQ(data.at("title"), R"(a\x1btitle)");
  const auto& result = data.at("results").at(0);
  EXPECT_EQ(result.at("scores").at("per_class.f1").size(), 3U);
  EXPECT_EQ(result.at("labels").at(2).at("train"), 30);
  EXPECT_FALSE(result.at("confusion").at("labels").empty());
  EXPECT_TRUE(result.at("curve").is_null());
  EXPECT_THAT(result.at("training_command").get<std::string>(), HasSubstr("--epochs 3"));
  EXPECT_FALSE(result.contains("pictures")) << "there is no gallery";
  EXPECT_TRUE(data.at("differences").empty()) << "there is nothing beside it";
}

TEST(PageData, HasTheDifferencesFromTheFirstResult) {
  const TemporaryFolder folder;
  SmallResult other = {.model = "b.safetensors"};
  other.said["2.jpg"] = {"tree"};
  const auto file = file_of(folder, "a.json", {{}, other});
  const auto data = page_data({file}, results_for_page({file}), {.bootstrap = {.draws = 100}});
  ASSERT_EQ(data.at("differences").size(), 1U);
  EXPECT_EQ(data.at("differences")[0].at("reference"), "a");
  const auto& b = data.at("differences")[0].at("others")[0];
  EXPECT_GT(b.at("figures").at("micro.f1").at("difference"), 0);
  EXPECT_FALSE(b.contains("f1_of_labels"));
}

TEST(PageData, HasTheDifferencesFromTheResultThatIsNamed) {
  const TemporaryFolder folder;
  const SmallResult b = {.model = "b.safetensors"};
  const SmallResult validated = {.model = "c.safetensors", .split = "validation"};
  const SmallResult too = {.model = "d.safetensors", .split = "validation"};
  const auto file = file_of(folder, "a.json", {{}, b, validated, too});
  const auto results = results_for_page({file});
  const auto data = page_data({file}, results, {.bootstrap = {.draws = 100}, .against = "b"});
  ASSERT_EQ(data.at("differences").size(), 2U);
  EXPECT_EQ(data.at("differences")[0].at("reference"), "b");
  EXPECT_EQ(data.at("differences")[1].at("reference"), "c") << "the split has no b";
  EXPECT_THROW((void)page_data({file}, results, {.bootstrap = {.draws = 100}, .against = "e"}), UsageError);
}

}  // namespace
}  // namespace tagloom::result_page
