#include "dataset_report/picture_text.hpp"

#include "dataset_report/report.hpp"
#include "dataset_report/wording.hpp"

#include <tagloom/base/counted.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom::dataset_report {
namespace {

constexpr std::size_t kPairsNamed = 6;

/// What a person reads of a picture of the survey.
class PictureText {
 public:
  PictureText(const datasets::PictureSurvey& survey, int columns) : survey_(survey), columns_(columns) {}

  [[nodiscard]] Section pictures() const {
    const std::size_t readable = survey_.pictures.size() - survey_.missing.size() - survey_.unreadable.size();
    Section section{.heading =
                        fmt::format("Pictures: {} {}", readable, survey_.decoded ? "decoded" : "read")};
    section.lines += sizes();
    section.lines += named("missing", survey_.missing);
    section.lines += named("of one colour, which are compared with none", survey_.plain);
    std::vector<std::string> odd;
    for (const std::size_t index : survey_.odd) {
      const datasets::PictureFacts& facts = survey_.pictures[index].facts;
      odd.push_back(
          fmt::format("{} ({} x {}, {})", name(index), facts.width, facts.height, oddities_text(facts)));
    }
    if (!odd.empty()) section.lines += paragraph(fmt::format("{} odd: {}", odd.size(), list(odd)), columns_);
    for (std::size_t i = 0; i < std::min(survey_.unreadable.size(), kNamed); ++i)
      section.lines +=
          paragraph("unreadable: " + survey_.pictures[survey_.unreadable[i]].facts.failure, columns_);
    if (survey_.unreadable.size() > kNamed)
      section.lines += fmt::format("  and {} more that cannot be read\n", survey_.unreadable.size() - kNamed);
    return section;
  }

  [[nodiscard]] Section duplicates() const {
    Section section{.heading = "Duplicates"};
    if (survey_.leaked > 0)
      section.lines += paragraph(
          fmt::format(
              "LEAK: {} in an earlier split, too; scores on what was trained on measure memory.",
              counted(survey_.leaked, "image of test or validation is", "images of test or validation are")),
          columns_);
    section.lines += equal();
    section.lines += survey_.decoded ? alike() : "  look-alikes were not looked for (--no-thumbnails)\n";
    return section;
  }

 private:
  [[nodiscard]] std::string name(std::size_t index) const {
    return shown(survey_.pictures[index].sample.image_name);
  }

  [[nodiscard]] std::string place(std::size_t index) const {
    return fmt::format("{} ({})", name(index), survey_.pictures[index].split);
  }

  [[nodiscard]] std::string named(std::string_view what, std::span<const std::size_t> indices) const {
    if (indices.empty()) return "";
    std::vector<std::string> names;
    for (const std::size_t index : indices)
      names.push_back(name(index));
    return paragraph(fmt::format("{} {}: {}", names.size(), what, list(names)), columns_);
  }

  [[nodiscard]] std::string sizes() const {
    if (survey_.sizes.empty()) return "";
    const auto text = [](const datasets::SizeCount& size) {
      return fmt::format("{} x {}", size.width, size.height);
    };
    std::vector<std::string> common;
    for (const datasets::SizeCount& size :
         std::span(survey_.sizes).first(std::min<std::size_t>(survey_.sizes.size(), 3)))
      common.push_back(fmt::format("{} ({})", text(size), counted(size.images, "image")));
    std::string sentence = fmt::format("{}: {}", counted(survey_.sizes.size(), "size"), list(common));
    if (survey_.sizes.size() > common.size()) {
      const auto area = [](const datasets::SizeCount& size) { return size.width * size.height; };
      sentence +=
          fmt::format(" ...; smallest {}, largest {}", text(std::ranges::min(survey_.sizes, {}, area)),
                      text(std::ranges::max(survey_.sizes, {}, area)));
    }
    return paragraph(sentence, columns_);
  }

  [[nodiscard]] std::string equal() const {
    if (survey_.equal.empty()) return "  no two files have the same content\n";
    const auto across = std::ranges::count_if(survey_.equal, &datasets::EqualContent::across_splits);
    std::string lines = paragraph(fmt::format("{} of equal content, {} of them across splits",
                                              counted(survey_.equal.size(), "group"), across),
                                  columns_);
    for (const auto& group : std::span(survey_.equal).first(std::min(survey_.equal.size(), kPairsNamed))) {
      std::vector<std::string> places;
      for (const std::size_t index : group.pictures)
        places.push_back(place(index));
      lines += paragraph(
          fmt::format("  {}{}", list(places), group.other_labels ? ", with different labels" : ""), columns_);
    }
    return lines;
  }

  [[nodiscard]] std::string alike() const {
    if (survey_.alike.empty()) return "  no two pictures look alike\n";
    const auto across = std::ranges::count_if(survey_.alike, &datasets::LookAlike::across_splits);
    std::string lines =
        paragraph(fmt::format("{} alike, {} of them across splits",
                              counted(survey_.alike.size(), "pair looks", "pairs look"), across),
                  columns_);
    for (const auto& pair : std::span(survey_.alike).first(std::min(survey_.alike.size(), kPairsNamed)))
      lines +=
          paragraph(fmt::format("  {} and {}, correlation {:.3f}{}", place(pair.first), place(pair.second),
                                pair.correlation, pair.other_labels ? ", with different labels" : ""),
                    columns_);
    return lines;
  }

  const datasets::PictureSurvey& survey_;
  int columns_;
};

}  // namespace

Section pictures_section(const datasets::PictureSurvey& survey, int columns) {
  return PictureText(survey, columns).pictures();
}

Section duplicates_section(const datasets::PictureSurvey& survey, int columns) {
  return PictureText(survey, columns).duplicates();
}

}  // namespace tagloom::dataset_report
