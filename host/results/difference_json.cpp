#include "results/difference_text.hpp"

namespace tagloom::results {
namespace {

using nlohmann::ordered_json;

constexpr int kFormat = 1;

ordered_json to_json(const statistics::Difference& value, bool differs) {
  return {{"first", value.first}, {"second", value.second}, {"difference", value.difference},
          {"low", value.low},     {"high", value.high},     {"p", value.p},
          {"differs", differs}};
}

}  // namespace

ordered_json to_json(const Differences& differences) {
  ordered_json document = {{"format", kFormat},
                           {"reference", differences.reference},
                           {"split", differences.split},
                           {"images", differences.images},
                           {"draws", differences.draws},
                           {"confidence", differences.confidence},
                           {"others", ordered_json::array()}};
  for (const Against& other : differences.others) {
    ordered_json figures = ordered_json::object();
    for (const auto& [name, value] : other.figures)
      figures[std::string(name)] = to_json(value, value.is_certain(differences.confidence));
    ordered_json labels = ordered_json::object();
    for (const LabelDifference& label : other.labels) {
      ordered_json& entry = labels[differences.vocabulary.label(label.label)];
      entry = to_json(label.f1, label.differs(differences.confidence));
      entry["images"] = label.images;
    }
    document["others"].push_back({{"name", other.name}, {"figures", figures}, {"f1_of_labels", labels}});
  }
  return document;
}

}  // namespace tagloom::results
