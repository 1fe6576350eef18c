#include "results/result_file.hpp"

#include "result_world.hpp"
#include "results/same_images.hpp"
#include "support/files.hpp"

#include <tagloom/base/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom::results {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using testing::document_of;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using testing::file_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::SmallResult;
using testing::TemporaryFolder;
using testing::write_text;

std::string refusal(const std::string& text) {
  const TemporaryFolder folder;
  write_text(folder / "r.json", text);
  try {
    (void)read_results(folder / "r.json");
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

TEST(ResultFile, HasTruthAndWhatWasSaidOfEveryImage) {
  const TemporaryFolder folder;
  const ResultFile file = file_of(folder, "a.json", {{}});
  ASSERT_EQ(file.results.size(), 1U);
  const Result& result = file.results[0];
  EXPECT_THAT(result.images, ElementsAre("1.jpg", "2.jpg", "3.jpg", "4.jpg"));
  EXPECT_THAT(result.truth[0], ElementsAre(1, 0));
  EXPECT_THAT(result.predictions[2], ElementsAre(0, 2));
  EXPECT_THAT(result.probabilities[2], ElementsAre(0.9F, 0.7F));
  EXPECT_THAT(result.scores[1], ElementsAre(0.05F, 0.9F, 0.05F));
  EXPECT_EQ(file.command, "tagloom evaluate a.safetensors --data demo");
  EXPECT_FALSE(result.is_baseline());
}

TEST(ResultFile, OfTheFormatBeforeIsReadWithoutTruth) {
  json document = document_of({{}});
  document["format"] = 2;
  document.erase("vocabulary");
  document.erase("command");
  for (const char* newer : {"truth", "probabilities", "scores"})
    document["results"][0].erase(newer);
  const TemporaryFolder folder;
  write_text(folder / "old.json", document.dump());
  const ResultFile file = read_results(folder / "old.json");
  EXPECT_THAT(file.vocabulary.labels(), ElementsAre("sea", "sky", "tree"));
  EXPECT_THAT(file.results[0].truth, IsEmpty());
  EXPECT_THAT(file.results[0].predictions[0], ElementsAre(1, 0));
}

TEST(ResultFile, RefusesWhatIsNoneOfItsKindInASentence) {
  json newer = document_of({{}});
  newer["format"] = 4;
  EXPECT_THAT(refusal(newer.dump()), AllOf(HasSubstr("newer"), HasSubstr("format 4")));
  json older = document_of({{}});
  older["format"] = 1;
  EXPECT_THAT(refusal(older.dump()), HasSubstr("too old"));
  json unknown = document_of({{}});
  unknown["results"][0]["truth"]["1.jpg"] = {"moon"};
  EXPECT_THAT(refusal(unknown.dump()), AllOf(HasSubstr("r.json"), HasSubstr("moon")));
  json fewer = document_of({{}});
  fewer["results"][0]["scores"]["1.jpg"] = {0.5};
  EXPECT_THAT(refusal(fewer.dump()), HasSubstr("one score a label"));
  json missing = document_of({{}});
  missing["results"][0]["truth"].erase("1.jpg");
  EXPECT_THAT(refusal(missing.dump()), HasSubstr("truth"));
  for (const char* text :
       {"", "{", "[]", "7", "{}", R"({"results": []})", R"({"results": 7, "format": 3})",
        R"({"format": "3", "results": []})", R"({"format": 3, "results": [{}], "tagloom": ""})"})
    EXPECT_THAT(refusal(text), AllOf(HasSubstr("r.json"), HasSubstr("evaluate"), EndsWith("."),
                                     Not(HasSubstr("json.exception"))))
        << text;
}

TEST(ResultNames, AreAsShortAsTheyCanBe) {
  const auto names = [](std::vector<Result> results) {
    name_all(results);
    std::vector<std::string> all;
    for (const Result& result : results)
      all.push_back(result.name);
    return all;
  };
  const auto result = [](const char* model, const char* search, const char* file) {
    return Result{.file = file, .model = model, .method = "ria", .split = "test", .search = search};
  };
  EXPECT_THAT(
      names({result("m/a.safetensors", "greedy", "1.json"), result("m/b.safetensors", "greedy", "1.json")}),
      ElementsAre("a", "b"));
  EXPECT_THAT(
      names({result("a.safetensors", "greedy", "1.json"), result("a.safetensors", "beam 3", "1.json")}),
      ElementsAre("a, greedy", "a, beam 3"));
  EXPECT_THAT(
      names({result("x/a.safetensors", "greedy", "1.json"), result("y/a.safetensors", "greedy", "1.json")}),
      ElementsAre("a (x/a.safetensors)", "a (y/a.safetensors)"));
  EXPECT_THAT(
      names({result("a.safetensors", "greedy", "1.json"), result("a.safetensors", "greedy", "2.json")}),
      ElementsAre("a (1.json)", "a (2.json)"));
  EXPECT_THAT(
      names({result("a.safetensors", "greedy", "1.json"), result("a.safetensors", "greedy", "1.json")}),
      ElementsAre("a", "a #2"));
}

TEST(ResultNames, AreLongerOnlyWhereTheyClash) {
  const auto result = [](const char* model, const char* search, const char* split) {
    return Result{.file = "1.json", .model = model, .method = "ria", .split = split, .search = search};
  };
  const auto baseline = [](const char* split, const char* cell) {
    return Result{.file = std::string(cell) + "/1.json", .model = "always sky", .split = split, .cell = cell};
  };
  std::vector<Result> results = {result("a.st", "greedy", "test"),    result("b.st", "greedy", "test"),
                                 result("b.st", "beam 3", "test"),    result("a.st", "greedy", "validation"),
                                 baseline("validation", "a, seed 1"), baseline("validation", "a, seed 2"),
                                 baseline("test", "a, seed 1")};
  name_all(results);
  std::vector<std::string> names;
  std::vector<std::string> full;
  for (const Result& each : results) {
    names.push_back(each.name);
    full.push_back(each.full_name);
  }
  EXPECT_THAT(names, ElementsAre("a", "b, greedy", "b, beam 3", "a", "always sky (a, seed 1)",
                                 "always sky (a, seed 2)", "always sky"));
  EXPECT_THAT(full, ElementsAre("a, test", "b, greedy", "b, beam 3", "a, validation",
                                "always sky (a, seed 1)", "always sky (a, seed 2)", "always sky"));
}

TEST(ResultNames, HaveTheShortestEndsOfPathsThatTellThemApart) {
  std::vector<Result> results;
  for (const char* file : {"runs/x/first//1.json", "runs/y/first/1.json"})
    results.push_back({.file = file, .model = "a.st", .method = "ria", .split = "test"});
  name_all(results);
  EXPECT_EQ(results[0].name, "a (x/first/1.json)");
  EXPECT_EQ(results[1].name, "a (y/first/1.json)");
  results[1].file = "runs/x/first/1.json";
  name_all(results);
  EXPECT_EQ(results[1].name, "a #2");
}

std::string why_not_same(const SmallResult& first, const SmallResult& second) {
  const TemporaryFolder folder;
  const ResultFile a = file_of(folder, "a.json", {first});
  const ResultFile b = file_of(folder, "b.json", {second});
  try {
    require_same_images(a.results[0], renumbered(b, a.vocabulary)[0]);
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

TEST(ResultNames, OfAnExperimentAreThoseOfItsCells) {
  const TemporaryFolder folder;
  std::vector<Result> results;
  for (const char* cell : {"ria, seed 1", "ria, seed 2"}) {
    json document = document_of({{.model = std::string(cell) + "/model.safetensors"}});
    document["experiment"] = {{"cell", cell}, {"key", "0123"}};
    write_text(folder / "scored.greedy.json", document.dump());
    results.push_back(read_results(folder / "scored.greedy.json").results.front());
  }
  name_all(results);
  EXPECT_EQ(results[0].name, "ria, seed 1");
  EXPECT_EQ(results[1].name, "ria, seed 2");
}

TEST(SameImages, AreThoseOfOneNameWithTheSameLabelsInAnyOrder) {
  SmallResult other;
  other.truth["1.jpg"] = {"sky", "sea"};
  other.vocabulary = {"tree", "sea", "sky"};
  EXPECT_EQ(why_not_same({}, other), "");
}

TEST(SameImages, AreMissedByName) {
  SmallResult other;
  other.truth.erase("2.jpg");
  other.said.erase("2.jpg");
  other.truth["new.jpg"] = other.said["new.jpg"] = {"sky"};
  EXPECT_THAT(why_not_same({}, other), AllOf(HasSubstr("1 is only in"), HasSubstr("a.json"),
                                             HasSubstr("such as 2.jpg"), HasSubstr("new.jpg")));
  SmallResult relabelled;
  relabelled.truth["3.jpg"] = {"sea"};
  EXPECT_THAT(why_not_same({}, relabelled), AllOf(HasSubstr("1 of 4 have other labels"), HasSubstr("3.jpg")));
  SmallResult of_others;
  of_others.vocabulary = {"sky", "sea", "tree", "moon"};
  EXPECT_THAT(why_not_same({}, of_others),
              AllOf(HasSubstr("other labels"), HasSubstr("b.json"), HasSubstr("1 of its own is not")));
  of_others.vocabulary = {"sky", "sea", "moon"};
  of_others.said = of_others.truth = {{"1.jpg", {"moon"}}};
  EXPECT_THAT(
      why_not_same({}, of_others),
      HasSubstr("it lacks 1 of theirs (such as tree), and 1 of its own is not among theirs (such as moon)"));
}

}  // namespace
}  // namespace tagloom::results
