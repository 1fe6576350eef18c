#include "result_world.hpp"

#include "evaluation/metrics.hpp"

#include <algorithm>

namespace tagloom::testing {
namespace {

using nlohmann::json;

std::vector<std::vector<std::int64_t>> indices(const LabelsByImage& labels, const Vocabulary& vocabulary) {
  std::vector<std::vector<std::int64_t>> all;
  for (const auto& [image, names] : labels) {
    all.emplace_back();
    for (const std::string& name : names)
      all.back().push_back(vocabulary.index_of(name));
  }
  return all;
}

json three(const auto& scores) {
  return {{"precision", scores.precision}, {"recall", scores.recall}, {"f1", scores.f1}};
}

/// A label that is said is as sure as it is early.
void add_scores(const SmallResult& result, json& value) {
  for (const auto& [image, said] : result.said) {
    json& probabilities = value["probabilities"][image] = json::array();
    json& scores = value["scores"][image] = json::array();
    for (std::size_t i = 0; i < said.size(); ++i)
      probabilities.push_back(0.9 - 0.2 * static_cast<double>(i));
    for (const std::string& label : result.vocabulary) {
      const auto place = std::ranges::find(said, label) - said.begin();
      scores.push_back(
          place < static_cast<std::ptrdiff_t>(said.size()) ? 0.9 - 0.2 * static_cast<double>(place) : 0.05);
    }
  }
}

}  // namespace

json result_json(const SmallResult& result) {
  const Vocabulary vocabulary(result.vocabulary);
  const auto metrics = evaluation::compute_metrics(indices(result.truth, vocabulary),
                                                   indices(result.said, vocabulary), vocabulary.size());
  json value = {{"model", result.model},
                {"method", "ria"},
                {"split", result.split},
                {"search", result.search},
                {"training", {{"seed", "1"}, {"epochs", "3"}, {"decoder", "ria"}}},
                {"images", metrics.images},
                {"per_class", three(metrics.per_class)},
                {"micro", three(metrics.micro)},
                {"example_based", three(metrics.example_based)},
                {"n_plus", metrics.n_plus},
                {"bands", json::object()},
                {"truth", result.truth},
                {"predictions", result.said}};
  value["per_class"]["mean_of_f1"] = metrics.per_class.mean_of_f1;
  for (std::size_t i = 0; i < metrics.labels.size(); ++i) {
    json& label = value["labels"][result.vocabulary[i]] = three(metrics.labels[i]);
    label.update({{"true_positives", metrics.labels[i].true_positives},
                  {"predicted", metrics.labels[i].predicted},
                  {"actual", metrics.labels[i].actual},
                  {"train_images", 10 * (i + 1)}});
  }
  add_scores(result, value);
  return value;
}

json document_of(const std::vector<SmallResult>& results) {
  json document = {{"format", 3},
                   {"tagloom", "0.1.0"},
                   {"command", "tagloom evaluate a.safetensors --data demo"},
                   {"vocabulary", results.front().vocabulary},
                   {"results", json::array()},
                   {"failures", json::array()}};
  for (const SmallResult& result : results)
    document["results"].push_back(result_json(result));
  return document;
}

results::ResultFile file_of(const TemporaryFolder& folder, const std::string& name,
                            const std::vector<SmallResult>& results) {
  write_text(folder / name, document_of(results).dump());
  return results::read_results(folder / name);
}

}  // namespace tagloom::testing
