#include "evaluation/attention_file.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/json_text.hpp>
#include <tagloom/weights/safetensors.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tagloom::evaluation {

void write_attention(const std::filesystem::path& path, const ScoredSplit& row, const Vocabulary& vocabulary,
                     const FeatureShape& shape) {
  Safetensors file;
  nlohmann::json labels = nlohmann::json::object();
  for (std::size_t i = 0; i < row.predictions.size(); ++i) {
    const auto& hypotheses = row.predictions[i].hypotheses;
    if (hypotheses.empty() || !hypotheses.front().attention.defined())
      throw UsageError(
          fmt::format("--attention: {} ({}) looks at no feature map; give a model with the decoder "
                      "attention.",
                      row.model, row.method));
    const search::Hypothesis& best = hypotheses.front();
    file.tensors.emplace_back(row.image_names[i],
                              best.attention.view({-1, shape.map_height, shape.map_width}).contiguous());
    auto& list = labels[row.image_names[i]] = nlohmann::json::array();
    for (const std::int64_t label : best.labels)
      list.push_back(vocabulary.label(label));
  }
  file.metadata = {{"format", "1"}, {"labels", to_json_text(labels)}};
  write_safetensors(path, file);
}

}  // namespace tagloom::evaluation
