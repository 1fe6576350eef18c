#include "result_page/result_data.hpp"

#include "result_page/command_lines.hpp"
#include "result_page/confusion.hpp"
#include "result_page/curve.hpp"
#include "result_page/emission.hpp"

#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <array>
#include <map>
#include <string>

namespace tagloom::result_page {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

ordered_json interval_json(const Interval& value) {
  return {value.value, value.low, value.high};
}

/// The figures of a file that holds no truth: their values alone.
ordered_json plain_scores(const json& result) {
  ordered_json scores = ordered_json::object();
  for (const char* family : {"per_class", "micro", "example_based"})
    for (const auto& [name, value] : result.at(family).items())
      scores[fmt::format("{}.{}", family, name)] = {value};
  for (const char* name : {"n_plus", "map"})
    if (result.contains(name)) scores[name] = {result.at(name)};
  return scores;
}

ordered_json scores_json(const json& result, const std::optional<Intervals>& intervals) {
  if (!intervals) return plain_scores(result);
  ordered_json scores = ordered_json::object();
  for (const NamedInterval& figure : intervals->figures)
    scores[figure.name] = interval_json(figure.value);
  return scores;
}

/// In the order of the vocabulary.
ordered_json labels_json(const json& result, const Vocabulary& vocabulary,
                         const std::optional<Intervals>& intervals) {
  ordered_json labels = ordered_json::array();
  for (std::size_t i = 0; i < vocabulary.labels().size(); ++i) {
    const json& label = result.at("labels").at(vocabulary.labels()[i]);
    ordered_json entry = {{"precision", label.at("precision")},
                          {"recall", label.at("recall")},
                          {"f1", label.at("f1")},
                          {"right", label.at("true_positives")},
                          {"predicted", label.at("predicted")},
                          {"actual", label.at("actual")}};
    if (label.contains("train_images")) entry["train"] = label.at("train_images");
    if (intervals) entry["interval"] = interval_json(intervals->labels[i]);
    labels.push_back(std::move(entry));
  }
  return labels;
}

/// The rarest first.
ordered_json bands_json(const json& result) {
  ordered_json bands = ordered_json::array();
  for (const char* name : {"rare", "middle", "frequent"}) {
    if (!result.at("bands").contains(name)) continue;
    ordered_json band = {{"name", name}};
    band.update(ordered_json(result.at("bands").at(name)));
    bands.push_back(std::move(band));
  }
  return bands;
}

ordered_json matrix_json(const LabelMatrix& matrix) {
  return {{"labels", matrix.labels}, {"counts", matrix.counts}};
}

ordered_json order_json(const results::Result& result) {
  ordered_json order = ordered_json::array();
  for (const Emitted& emitted : emission(result))
    order.push_back({{"label", emitted.label},
                     {"images", emitted.images},
                     {"mean", emitted.mean_place},
                     {"places", emitted.by_place}});
  return order;
}

ordered_json curve_json(const results::Result& result) {
  const auto curve = find_curve(result.model, result.file);
  if (!curve) return nullptr;
  ordered_json epochs = ordered_json::array();
  for (const Epoch& epoch : curve->epochs)
    epochs.push_back({{"stage", shown(epoch.stage)},
                      {"loss", epoch.loss},
                      {"learning_rate", epoch.learning_rate},
                      {"per_class.f1", epoch.per_class_f1},
                      {"map", epoch.map},
                      {"best", epoch.best}});
  return {{"log", shown(curve->log)}, {"epochs", epochs}};
}

std::map<std::string, std::string> record_of(const json& result) {
  std::map<std::string, std::string> record;
  for (const auto& [name, value] : result.at("training").items())
    record[shown(name)] = shown(value.get_ref<const std::string&>());
  return record;
}

/// What a reader should know before any figure.
ordered_json notes_json(const results::Result& result) {
  ordered_json notes = ordered_json::array();
  if (!result.json.value("finished", true))
    notes.push_back("The run that made this checkpoint had not ended.");
  if (const auto left_out = result.json.value("left_out", std::int64_t{0}); left_out > 0)
    notes.push_back(
        fmt::format("{} images of the split were left out: the cache has no features of them.", left_out));
  if (result.truth.empty())
    notes.push_back(
        "Its file does not say what is true of each image (format 2), so that there are no intervals, no "
        "confusions and no pictures; run tagloom evaluate --json again.");
  return notes;
}

}  // namespace

ordered_json result_data(const results::Result& result, const Vocabulary& vocabulary,
                         const std::optional<Intervals>& intervals) {
  const json& all = result.json;
  ordered_json data = {
      {"name", shown(result.full_name)}, {"model", shown(result.model)},
      {"method", shown(result.method)},  {"split", shown(result.split)},
      {"search", shown(result.search)},  {"baseline", result.is_baseline()},
      {"images", result.images.size()},  {"file", shown(result.file)},
      {"notes", notes_json(result)},     {"scores", scores_json(all, intervals)},
      {"bands", bands_json(all)},        {"labels", labels_json(all, vocabulary, intervals)}};
  for (const char* name : {"selected_on", "precision", "parameters", "seconds"})
    data[name] = all.value(name, json());
  if (result.is_baseline()) return data;
  if (!result.cell.empty()) data["cell"] = shown(result.cell);
  data["curve"] = curve_json(result);
  data["order"] = order_json(result);
  data["confidences"] = all.value("confidences", json());
  if (!result.truth.empty()) {
    data["confusion"] = matrix_json(confusion(result));
    data["company"] = matrix_json(company(result));
  }
  const auto record = record_of(all);
  data["record"] = record;
  data["training_command"] = training_command(record);
  return data;
}

}  // namespace tagloom::result_page
