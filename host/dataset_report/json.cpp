#include "dataset_report/json.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom::dataset_report {
namespace {

using datasets::Oddity;
using nlohmann::ordered_json;

ordered_json by_label(const Report& report, std::span<const std::int64_t> counts) {
  ordered_json labels = ordered_json::object();
  for (std::size_t i = 0; i < counts.size(); ++i)
    labels[report.label(static_cast<std::int64_t>(i))] = counts[i];
  return labels;
}

ordered_json names(const Report& report, std::span<const std::int64_t> labels) {
  ordered_json found = ordered_json::array();
  for (const std::int64_t label : labels)
    found.push_back(report.label(label));
  return found;
}

ordered_json split_json(const Report& report, const std::string& name,
                        std::span<const datasets::Sample> samples) {
  const datasets::SplitLabels split = datasets::split_labels(name, report.data.vocabulary, samples);
  return {{"images", split.summary.images},
          {"mean_labels", split.summary.mean_labels},
          {"most_labels", split.summary.most_labels},
          {"images_without_label", split.summary.images_without_label},
          {"labels_without_image", split.summary.labels_without_image},
          {"fewest_labels", split.fewest_labels},
          {"median_labels", split.median_labels},
          {"images_by_number_of_labels", split.images_with},
          {"images_by_label", by_label(report, split.counts)}};
}

ordered_json labels_json(const Report& report) {
  const datasets::LabelSurvey& labels = report.labels;
  ordered_json pairs = ordered_json::array();
  for (const datasets::LabelPair& pair : labels.pairs)
    pairs.push_back({{"labels", {report.label(pair.first), report.label(pair.second)}},
                     {"images", pair.images},
                     {"npmi", pair.npmi},
                     {"lift", pair.lift}});
  return {{"about", labels.about},
          {"median_images", labels.frequencies.median},
          {"imbalance", labels.frequencies.imbalance},
          {"fewer_than_5_images", labels.frequencies.rare},
          {"without_image", labels.frequencies.absent},
          {"never_alone", names(report, labels.never_alone)},
          {"only_in_train", names(report, labels.only_in_train)},
          {"only_in_test", names(report, labels.only_in_test)},
          {"pairs", pairs}};
}

std::string_view word_of(Oddity oddity) {
  switch (oddity) {
    case Oddity::tiny:
      return "tiny";
    case Oddity::narrow:
      return "narrow";
    case Oddity::misnamed:
      return "misnamed";
    case Oddity::huge:
      return "huge";
  }
  return "";
}

class PicturesJson {
 public:
  explicit PicturesJson(const datasets::PictureSurvey& survey) : survey_(survey) {}

  [[nodiscard]] ordered_json whole() const {
    return {{"decoded", survey_.decoded},
            {"images", survey_.pictures.size()},
            {"missing", places(survey_.missing)},
            {"unreadable", unreadable()},
            {"sizes", sizes()},
            {"odd", odd()},
            {"of_one_colour", places(survey_.plain)},
            {"equal_content", equal()},
            {"look_alike", alike()},
            {"repeated_in_later_splits", survey_.leaked}};
  }

 private:
  [[nodiscard]] ordered_json place(std::size_t index) const {
    const datasets::SurveyedPicture& picture = survey_.pictures[index];
    return {{"split", picture.split}, {"image", picture.sample.image_name}};
  }

  [[nodiscard]] ordered_json places(std::span<const std::size_t> indices) const {
    ordered_json found = ordered_json::array();
    for (const std::size_t index : indices)
      found.push_back(place(index));
    return found;
  }

  [[nodiscard]] ordered_json unreadable() const {
    ordered_json found = ordered_json::array();
    for (const std::size_t index : survey_.unreadable) {
      found.push_back(place(index));
      found.back()["why"] = survey_.pictures[index].facts.failure;
    }
    return found;
  }

  [[nodiscard]] ordered_json sizes() const {
    ordered_json found = ordered_json::array();
    for (const datasets::SizeCount& size : survey_.sizes)
      found.push_back({{"width", size.width}, {"height", size.height}, {"images", size.images}});
    return found;
  }

  [[nodiscard]] ordered_json odd() const {
    ordered_json found = ordered_json::array();
    for (const std::size_t index : survey_.odd) {
      const datasets::PictureFacts& facts = survey_.pictures[index].facts;
      ordered_json one = place(index);
      one["width"] = facts.width;
      one["height"] = facts.height;
      one["format"] = datasets::to_text(facts.format);
      one["why"] = ordered_json::array();
      for (const Oddity oddity : facts.oddities)
        one["why"].push_back(word_of(oddity));
      found.push_back(one);
    }
    return found;
  }

  [[nodiscard]] ordered_json equal() const {
    ordered_json found = ordered_json::array();
    for (const datasets::EqualContent& group : survey_.equal)
      found.push_back({{"images", places(group.pictures)},
                       {"across_splits", group.across_splits},
                       {"same_labels", !group.other_labels}});
    return found;
  }

  [[nodiscard]] ordered_json alike() const {
    ordered_json found = ordered_json::array();
    for (const datasets::LookAlike& pair : survey_.alike)
      found.push_back({{"images", {place(pair.first), place(pair.second)}},
                       {"correlation", pair.correlation},
                       {"across_splits", pair.across_splits},
                       {"same_labels", !pair.other_labels}});
    return found;
  }

  const datasets::PictureSurvey& survey_;
};

}  // namespace

ordered_json to_json(const Report& report) {
  const datasets::Dataset& data = report.data;
  ordered_json document = {{"format", 2},
                           {"folder", data.root.string()},
                           {"train", split_json(report, "train", data.train)},
                           {"test", split_json(report, "test", data.test)},
                           {"repeated_labels", data.repeated_labels},
                           {"other_spellings", report.other_spellings}};
  if (!data.validation.empty()) document["validation"] = split_json(report, "validation", data.validation);
  document["training_images_by_label"] = document["train"]["images_by_label"];
  document["labels"] = labels_json(report);
  document["pictures"] = report.pictures ? PicturesJson(*report.pictures).whole() : ordered_json();
  return document;
}

}  // namespace tagloom::dataset_report
