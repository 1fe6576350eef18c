#include <tagloom/datasets/survey/pictures.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

namespace tagloom::datasets {
namespace {

std::vector<SurveyedPicture> pictures_of(const Dataset& data) {
  std::vector<SurveyedPicture> pictures;
  const std::pair<const char*, const std::vector<Sample>*> splits[] = {
      {"train", &data.train}, {"validation", &data.validation}, {"test", &data.test}};
  for (const auto& [name, samples] : splits)
    for (const Sample& sample : *samples)
      pictures.push_back({.split = name, .sample = sample});
  return pictures;
}

bool have_same_labels(const SurveyedPicture& one, const SurveyedPicture& other) {
  const auto as_set = [](const std::vector<std::int64_t>& labels) {
    return std::set<std::int64_t>(labels.begin(), labels.end());
  };
  return as_set(one.sample.labels) == as_set(other.sample.labels);
}

bool is_usable(const SurveyedPicture& picture) {
  return picture.facts.failure.empty();
}

std::vector<SizeCount> sizes_of(std::span<const SurveyedPicture> pictures) {
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::int64_t> counts;
  for (const SurveyedPicture& picture : pictures)
    if (is_usable(picture)) ++counts[{picture.facts.width, picture.facts.height}];
  std::vector<SizeCount> sizes;
  for (const auto& [size, images] : counts)
    sizes.push_back({size.first, size.second, images});
  std::ranges::stable_sort(sizes, std::ranges::greater(), &SizeCount::images);
  return sizes;
}

std::vector<EqualContent> equal_contents(std::span<const SurveyedPicture> pictures) {
  std::map<std::string_view, std::vector<std::size_t>> places;
  for (std::size_t i = 0; i < pictures.size(); ++i)
    // A damaged file that is there twice is, too.
    if (!pictures[i].facts.hash.empty()) places[pictures[i].facts.hash].push_back(i);
  std::vector<EqualContent> found;
  for (auto& [hash, group] : places) {
    if (group.size() < 2) continue;
    const SurveyedPicture& first = pictures[group.front()];
    EqualContent equal;
    for (const std::size_t place : group) {
      if (pictures[place].split != first.split) equal.across_splits = true;
      if (!have_same_labels(pictures[place], first)) equal.other_labels = true;
    }
    equal.pictures = std::move(group);
    found.push_back(std::move(equal));
  }
  std::ranges::sort(found, {}, [](const EqualContent& equal) {
    return std::tuple(!equal.across_splits, -static_cast<std::int64_t>(equal.pictures.size()),
                      equal.pictures.front());
  });
  return found;
}

std::vector<LookAlike> look_alikes(std::span<const SurveyedPicture> pictures, std::size_t threads) {
  std::vector<std::optional<Look>> looks;
  for (const SurveyedPicture& picture : pictures)
    looks.push_back(picture.facts.look);
  std::vector<LookAlike> found;
  for (const auto& [first, second, correlation, places] : look_pairs(looks, threads)) {
    const SurveyedPicture& one = pictures[first];
    const SurveyedPicture& other = pictures[second];
    if (one.facts.hash == other.facts.hash) continue;
    found.push_back({.first = first,
                     .second = second,
                     .correlation = correlation,
                     .across_splits = one.split != other.split,
                     .other_labels = !have_same_labels(one, other)});
  }
  std::ranges::stable_sort(
      found, {}, [](const LookAlike& pair) { return std::tuple(!pair.across_splits, -pair.correlation); });
  return found;
}

/// Those behind the first of a group or pair, in another split than it.
std::int64_t leaked_images(const PictureSurvey& survey) {
  std::set<std::size_t> leaked;
  const auto look_at = [&](std::size_t first, std::size_t later) {
    if (survey.pictures[first].split != survey.pictures[later].split) leaked.insert(later);
  };
  for (const EqualContent& equal : survey.equal)
    for (const std::size_t place : equal.pictures)
      look_at(equal.pictures.front(), place);
  for (const LookAlike& pair : survey.alike)
    look_at(pair.first, pair.second);
  return static_cast<std::int64_t>(leaked.size());
}

void sort_out(PictureSurvey& survey) {
  for (std::size_t i = 0; i < survey.pictures.size(); ++i) {
    const PictureFacts& facts = survey.pictures[i].facts;
    if (facts.missing)
      survey.missing.push_back(i);
    else if (!is_usable(survey.pictures[i]))
      survey.unreadable.push_back(i);
    else if (survey.decoded && !facts.look)
      survey.plain.push_back(i);
    if (!facts.oddities.empty()) survey.odd.push_back(i);
  }
}

}  // namespace

PictureSurvey survey_pictures(const Dataset& data, const LookOptions& options) {
  PictureSurvey survey{.pictures = pictures_of(data), .decoded = options.decode};
  std::vector<std::filesystem::path> files;
  for (const SurveyedPicture& picture : survey.pictures)
    files.push_back(picture.sample.image_path);
  std::vector<PictureFacts> facts = picture_facts(files, options);
  for (std::size_t i = 0; i < facts.size(); ++i)
    survey.pictures[i].facts = std::move(facts[i]);
  sort_out(survey);
  survey.sizes = sizes_of(survey.pictures);
  survey.equal = equal_contents(survey.pictures);
  if (survey.decoded) survey.alike = look_alikes(survey.pictures, options.threads);
  survey.leaked = leaked_images(survey);
  return survey;
}

}  // namespace tagloom::datasets
