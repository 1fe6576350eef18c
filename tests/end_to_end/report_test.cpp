/// `tagloom compare` and `tagloom report`, by the real program and a real browser.

#include "browser.hpp"
#include "journey.hpp"
#include "support/files.hpp"
#include "tagloom_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace tagloom {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::journey;
using ::testing::Not;
using testing::read_json;
using testing::read_text;
using testing::run_tagloom;
using testing::TemporaryFolder;
using testing::write_text;
namespace fs = std::filesystem;

/// The journey's model and one with attention, scored.
struct Scored {
  TemporaryFolder folder;
  std::string maps = folder / "maps.h5";
  std::string attention = folder / "attention.safetensors";
  std::string first = folder / "first.json";
  std::string second = folder / "second.json";
};

void must_end_well(const std::vector<std::string>& line) {
  const auto result = run_tagloom(line);
  ASSERT_EQ(result.status, 0) << result.err;
}

const Scored& scored() {
  static const Scored& made = [&]() -> const Scored& {
    static Scored scored;
    std::vector<std::string> build = journey().build(scored.maps);
    build.emplace_back("--map");
    must_end_well(build);
    must_end_well({"train", "--data", journey().data, "--cache", scored.maps, "--out", scored.attention,
                   "--decoder", "attention", "--set", "decoder.hidden=16", "--epochs", "2", "--validation",
                   "0.2"});
    const auto evaluate = [&](const std::string& model, const std::string& cache, const std::string& json) {
      must_end_well({"evaluate", model, "--data", journey().data, "--cache", cache, "--json", json});
    };
    evaluate(journey().model, journey().cache, scored.first);
    evaluate(scored.attention, scored.maps, scored.second);
    return scored;
  }();
  return made;
}

TEST(Results, HoldTruthAndProbabilitiesOfEveryImage) {
  const auto json = read_json(scored().first);
  EXPECT_EQ(json.at("format"), 3);
  EXPECT_THAT(json.at("command").get<std::string>(),
              AllOf(HasSubstr("tagloom evaluate "), HasSubstr("--json ")));
  const std::size_t labels = json.at("vocabulary").size();
  const auto& result = json.at("results").at(1);
  ASSERT_EQ(result.at("truth").size(), 15U);
  for (const auto& [image, said] : result.at("predictions").items()) {
    EXPECT_EQ(result.at("probabilities").at(image).size(), said.size());
    EXPECT_EQ(result.at("scores").at(image).size(), labels);
  }
  EXPECT_FALSE(json.at("results").at(0).contains("scores")) << "a baseline has none";
}

TEST(Compare, SaysWhatDiffers) {
  const auto text = run_tagloom({"compare", scored().first, scored().second, "--draws", "200"});
  ASSERT_EQ(text.status, 0) << text.err;
  EXPECT_THAT(text.out, AllOf(HasSubstr("B = attention against A = ria (test, 15 images, 200 paired draws)"),
                              HasSubstr("per class F1"), HasSubstr("mAP")));
  const auto json = nlohmann::json::parse(
      run_tagloom({"compare", scored().first, scored().second, "--draws", "200", "--json"}).out);
  const auto& f1 = json.at("others").at(0).at("figures").at("per_class.f1");
  EXPECT_EQ(f1.at("first"), read_json(scored().first).at("results").at(1).at("per_class").at("f1"));
  EXPECT_THAT(run_tagloom({"compare", scored().first, scored().second, "--draws", "200", "--markdown"}).out,
              HasSubstr("| figure | A | B |"));
}

TEST(Compare, RefusesResultsOfOtherImages) {
  const TemporaryFolder folder;
  must_end_well({"evaluate", journey().model, "--data", journey().data, "--cache", journey().cache, "--split",
                 "train", "--json", folder / "train.json"});
  auto other = read_json(folder / "train.json");
  for (auto& result : other.at("results"))
    result["split"] = "test";
  write_text(folder / "other.json", other.dump());
  const auto refused = run_tagloom({"compare", scored().first, folder / "other.json"});
  EXPECT_EQ(refused.status, 3);
  EXPECT_THAT(refused.err, HasSubstr("the same images only, but 15 are only in ria"));
  const auto alone = run_tagloom({"compare", scored().first});
  EXPECT_EQ(alone.status, 3);
  EXPECT_THAT(alone.err, HasSubstr("only one result"));
}

TEST(Report, RefusesWhatItCannotShowBeforeItReadsAnything) {
  const auto refused = [&](const std::vector<std::string>& options) {
    std::vector<std::string> line = {"report", scored().first};
    line.insert(line.end(), options.begin(), options.end());
    const auto result = run_tagloom(line);
    EXPECT_EQ(result.status, 2);
    return result.err;
  };
  EXPECT_THAT(refused({"--out", "report.pdf"}), HasSubstr("ends with .html"));
  EXPECT_THAT(refused({"--out", "r.html", "--pictures", "3"}), HasSubstr("with --data only"));
  EXPECT_THAT(refused({"--out", "r.html", "--model", "m.safetensors"}), HasSubstr("with --data only"));
  const TemporaryFolder folder;
  EXPECT_THAT(refused({"--out", folder / "r.html", "--data", journey().data, "--model", journey().cache}),
              HasSubstr("is the checkpoint of none of the results"));
  EXPECT_FALSE(fs::exists(folder / "r.html"));
}

/// The page of both results with their pictures.
fs::path report(const TemporaryFolder& folder) {
  must_end_well({"report", scored().first, scored().second, "--out", folder / "report.html", "--draws", "200",
                 "--data", journey().data, "--model", scored().attention});
  return folder / "report.html";
}

TEST(Report, IsOneFileThatLoadsNothing) {
  const TemporaryFolder folder;
  const std::string html = read_text(report(folder));
  EXPECT_THAT(html, AllOf(HasSubstr("default-src 'none'"), HasSubstr("data:image/jpeg;base64,"),
                          HasSubstr("\"looks\"")));
  EXPECT_THAT(html, Not(AllOf(HasSubstr("<link rel=\"stylesheet\""), HasSubstr("<script src="),
                              HasSubstr("url(http"))));
}

TEST(Report, IsReadOnAPhoneAndADeskInBothColoursByKeyboardAlone) {
  const auto chromium = testing::find_chromium();
  if (!chromium) GTEST_SKIP() << "there is no Chromium here; apt-get install chromium-headless-shell";
  const TemporaryFolder folder;
  const fs::path page = report(folder);
  for (const int width : {390, 820, 1440})
    for (const bool dark : {false, true}) {
      const auto found = testing::checked_in_browser(*chromium, page, {.width = width, .dark = dark});
      EXPECT_THAT(found.at("failures"), IsEmpty()) << width << (dark ? " dark" : " light");
      ASSERT_TRUE(found.contains("sorted"));
      EXPECT_EQ(found.at("width"), width);
      EXPECT_EQ(found.at("dark"), dark);
      EXPECT_EQ(found.at("results"), 2);
      EXPECT_GE(found.at("sorted"), 40);
      EXPECT_GE(found.at("pictures"), 8);
      EXPECT_GE(found.at("looks"), 1) << "the last result that is chosen is the one with attention";
      EXPECT_GE(found.at("drawings"), 10);
    }
}

/// A result in which a label and an image are called so.
nlohmann::json renamed(nlohmann::json document, const std::string& label, const std::string& image) {
  std::string text = document.dump();
  const auto replace = [&](const std::string& from, const std::string& to) {
    const std::string quoted = nlohmann::json(to).dump();
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + quoted.size()))
      text.replace(at, from.size(), quoted);
  };
  replace(nlohmann::json(document.at("vocabulary").at(0)).dump(), label);
  replace(nlohmann::json(document.at("results").at(1).at("truth").begin().key()).dump(), image);
  return nlohmann::json::parse(text);
}

TEST(Report, ShowsNamesFromOutsideAsTextWhateverTheyAre) {
  const TemporaryFolder folder;
  const std::string label = "</script><script>document.title='broken'</script><!--";
  write_text(folder / "odd.json", renamed(read_json(scored().first), label,
                                          "<img src=x onerror=\"document.title='broken'\">&amp;.jpg")
                                      .dump());
  must_end_well({"report", folder / "odd.json", "--out", folder / "odd.html", "--draws", "100", "--title",
                 "<b>& \"title\" /*DATA*/", "--data", journey().data});
  EXPECT_THAT(read_text(folder / "odd.html"), Not(HasSubstr("broken'</script>")));
  const auto chromium = testing::find_chromium();
  if (!chromium) GTEST_SKIP() << "there is no Chromium here; apt-get install chromium-headless-shell";
  const auto found = testing::checked_in_browser(*chromium, folder / "odd.html", {.width = 390});
  EXPECT_THAT(found.at("failures"), IsEmpty());
  EXPECT_THAT(found.at("title").get<std::string>(), HasSubstr("<b>& \"title\" /*DATA*/"));
}

/// Five models of an experiment with two splits, called by a hundred characters and more, of which some may
/// not be broken. The paths of their files.
std::vector<std::string> long_names(const TemporaryFolder& folder) {
  std::vector<std::string> files;
  for (int i = 0; i < 5; ++i) {
    const std::string number = std::to_string(i);
    nlohmann::json document =
        renamed(read_json(scored().first), std::string(100, 'w'), std::string(100, 'i'));
    const std::string cell =
        (i % 2 == 0 ? std::string(100, 'm') : std::string(35, 'm') + ", " + std::string(64, 'n')) +
        ", seed " + number;
    document["experiment"] = {{"cell", cell}};
    const std::string model = "model" + number + ".safetensors";
    nlohmann::json& results = document.at("results");
    results[1]["model"] = model;
    results.push_back(results[1]);
    results.back()["split"] = "validation";
    write_text(folder / (model + ".log.csv"),
               "stage,epoch,loss,per_class_f1,map,best\nlabels,1,2,0.1,0.1,0\n"
               "labels,2,1,0.2,0.2,1\n");
    files.push_back(folder / (number + ".json"));
    write_text(files.back(), document.dump());
  }
  return files;
}

TEST(Report, HasRoomForNamesOfAHundredCharactersAndASignOfItsOwnForEveryModel) {
  const auto chromium = testing::find_chromium();
  if (!chromium) GTEST_SKIP() << "there is no Chromium here; apt-get install chromium-headless-shell";
  const TemporaryFolder folder;
  std::vector<std::string> line = {"report"};
  for (const std::string& file : long_names(folder))
    line.push_back(file);
  line.insert(line.end(), {"--draws=100", "--out", folder / "long.html"});
  must_end_well(line);
  for (const int width : {390, 1280}) {
    const auto found = testing::checked_in_browser(*chromium, folder / "long.html", {.width = width});
    EXPECT_THAT(found.at("failures"), IsEmpty()) << width;
    EXPECT_EQ(found.at("results"), 10);
    EXPECT_EQ(found.at("models"), 5) << "each has a sign of its own beside its curve";
    EXPECT_EQ(found.at("score_cards"), width == 390) << "at a desk, scores are a table";
  }
}

TEST(Report, OfAnOlderFileShowsItsScoresAndSaysWhatItLacks) {
  auto document = read_json(scored().first);
  document["format"] = 2;
  for (const char* newer : {"vocabulary", "command"})
    document.erase(newer);
  for (auto& result : document.at("results")) {
    for (const char* newer : {"truth", "probabilities", "scores"})
      result.erase(newer);
    for (auto& label : result.at("labels"))
      label.erase("train_images");
  }
  const TemporaryFolder folder;
  write_text(folder / "old.json", document.dump());
  must_end_well({"report", folder / "old.json", "--out", folder / "old.html"});
  EXPECT_THAT(read_text(folder / "old.html"), HasSubstr("does not say what is true of each image"));
  const auto chromium = testing::find_chromium();
  if (!chromium) GTEST_SKIP() << "there is no Chromium here; apt-get install chromium-headless-shell";
  EXPECT_THAT(testing::checked_in_browser(*chromium, folder / "old.html", {}).at("failures"), IsEmpty());
}

}  // namespace
}  // namespace tagloom
