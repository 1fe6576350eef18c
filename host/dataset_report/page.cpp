#include "dataset_report/page.hpp"

#include "dataset_report/figures.hpp"
#include "dataset_report/pen.hpp"
#include "drawing/image_file.hpp"

#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

namespace tagloom::dataset_report {
namespace {

constexpr int kWidth = 1800;
constexpr int kMargin = 56;
constexpr int kHead = 170;
constexpr int kColumnGap = 72;
constexpr int kHeading = 46;
constexpr int kUpper = 500;
constexpr int kMiddle = 1010;
constexpr int kRowGap = 56;
constexpr int kLeftColumn = 970;
constexpr int kSizes = 500;
constexpr int kLine = 34;

struct Fact {
  std::string name;
  std::string value;
  bool alarming = false;
};

std::vector<Fact> label_facts(const datasets::LabelSurvey& labels) {
  const datasets::Frequencies& found = labels.frequencies;
  const std::string where = labels.about == "train" ? "training" : labels.about;
  return {
      {fmt::format("labels without {} image", where), fmt::format("{}", found.absent)},
      {fmt::format("labels with fewer than {} images", datasets::kFewImages), fmt::format("{}", found.rare)},
      {"images a label, median", fmt::format("{:.4g}", found.median)},
      {"most frequent to rarest label", fmt::format("{:.4g} : 1", found.imbalance)},
      {"labels that are never alone", fmt::format("{}", labels.never_alone.size())},
      {"labels in one split only",
       fmt::format("{}", labels.only_in_train.size() + labels.only_in_test.size())}};
}

std::vector<Fact> picture_facts(const datasets::PictureSurvey& pictures) {
  const auto count = [](const char* name, std::size_t images) {
    return Fact{name, fmt::format("{}", images), images > 0};
  };
  std::vector<Fact> facts = {count("pictures missing", pictures.missing.size()),
                             count("pictures unreadable", pictures.unreadable.size()),
                             count("pictures of odd size or name", pictures.odd.size()),
                             count("groups of equal files", pictures.equal.size())};
  if (pictures.decoded) facts.push_back(count("pairs that look alike", pictures.alike.size()));
  facts.push_back(count("images that an earlier split has", static_cast<std::size_t>(pictures.leaked)));
  return facts;
}

void draw_facts(const Pen& pen, const cv::Rect& area, const std::vector<Fact>& facts) {
  int baseline = area.y + kTextSize;
  for (const Fact& fact : facts) {
    pen.text({area.x, baseline}, fact.name, {.color = drawing::kFaintInk});
    pen.text({area.br().x, baseline}, fact.value,
             {.color = fact.alarming ? kVermilion : drawing::kInk, .align = Align::right});
    pen.fill({area.x, baseline + 9, area.width, 1}, kGrid);
    baseline += kLine;
  }
}

std::string subtitle(const Report& report) {
  std::string text = fmt::format("{} labels", report.data.vocabulary.size());
  for (const datasets::SplitLabels& split : report.labels.splits)
    text += fmt::format("   {} images in {}, {:.2f} labels each", split.summary.images, split.name,
                        split.summary.mean_labels);
  return text;
}

/// Where things lie; only the last part has no fixed height.
struct Layout {
  int twin_rows = 0;

  cv::Rect frequencies{kMargin, kHead + kHeading, kLeftColumn, kUpper};
  cv::Rect labels_an_image{kMargin + kLeftColumn + kColumnGap, kHead + kHeading,
                           kWidth - 2 * kMargin - kLeftColumn - kColumnGap, kUpper};
  cv::Rect company{kMargin, frequencies.br().y + kRowGap + kHeading, kLeftColumn, kMiddle};
  cv::Rect sizes{labels_an_image.x, company.y, labels_an_image.width, kSizes};
  cv::Rect facts{sizes.x, sizes.br().y + kRowGap + 20, sizes.width, 0};
  cv::Rect twins{kMargin, company.br().y + kRowGap + kHeading, kWidth - 2 * kMargin, twin_rows* kTwinHeight};

  [[nodiscard]] int height() const { return twins.br().y + kMargin; }
};

void head(const Pen& pen, const cv::Rect& area, const std::string& text) {
  pen.text({area.x, area.y - 16}, text, {.size = kHeadingSize});
}

void draw_pictures(const Pen& pen, const Layout& layout, const datasets::PictureSurvey& pictures) {
  if (!pictures.sizes.empty()) {
    head(pen, layout.sizes, "Sizes of pictures");
    draw_sizes(pen, layout.sizes, pictures);
  }
  head(pen, layout.twins, "Pictures that are there twice");
  if (layout.twin_rows == 0)
    pen.text({layout.twins.x, layout.twins.y + kTextSize},
             pictures.decoded ? "None: no two files are equal, and no two pictures look alike."
                              : "No two files are equal. Look-alikes were not looked for.",
             {.color = drawing::kFaintInk});
  draw_twins(pen, layout.twins, pictures);
}

}  // namespace

cv::Mat page_of(const Report& report, const drawing::Typeface& typeface) {
  const int twins = report.pictures ? twins_in(*report.pictures) : 0;
  const Layout layout{.twin_rows = (twins + kTwinsARow - 1) / kTwinsARow};
  cv::Mat page(report.pictures ? layout.height() + (twins == 0 ? kLine : 0) : layout.company.br().y + kMargin,
               kWidth, CV_8UC3, drawing::kPaper);
  const Pen pen(page, typeface);
  const std::string name = report.data.root.filename().empty()
                               ? shown(report.data.root.parent_path().filename())
                               : shown(report.data.root.filename());
  pen.text({kMargin, kMargin + kTitleSize}, name, {.size = kTitleSize, .width = kWidth - 2 * kMargin});
  pen.text({kMargin, kMargin + kTitleSize + 36}, subtitle(report), {.color = drawing::kFaintInk});
  head(pen, layout.frequencies, "Label frequencies");
  draw_frequencies(pen, layout.frequencies, report);
  head(pen, layout.labels_an_image, "Labels an image");
  draw_labels_an_image(pen, layout.labels_an_image, report);
  head(pen, layout.company,
       fmt::format("What comes together: the {} most frequent labels", report.labels.matrix.labels.size()));
  draw_company(pen, layout.company, report);
  std::vector<Fact> facts = label_facts(report.labels);
  if (report.pictures) {
    const auto more = picture_facts(*report.pictures);
    facts.insert(facts.end(), more.begin(), more.end());
    draw_pictures(pen, layout, *report.pictures);
  }
  head(pen, report.pictures ? layout.facts : layout.sizes, "At a glance");
  draw_facts(pen, report.pictures ? layout.facts : layout.sizes, facts);
  return page;
}

void write_page(const std::filesystem::path& file, const Report& report, const drawing::Typeface& typeface) {
  drawing::write_image(file, ".png", page_of(report, typeface));
}

}  // namespace tagloom::dataset_report
