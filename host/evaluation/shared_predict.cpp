#include "evaluation/shared_predict.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

namespace tagloom::evaluation {
namespace {

using nlohmann::json;

json to_json(const search::Hypothesis& hypothesis) {
  json value = {
      {"labels", hypothesis.labels}, {"log_prob", hypothesis.log_prob}, {"score", hypothesis.score}};
  if (hypothesis.attention.defined()) {
    const at::Tensor rows = hypothesis.attention.to(at::kCPU, at::kFloat).contiguous();
    value["steps"] = rows.size(0);
    value["attention"] = std::vector<float>(rows.data_ptr<float>(), rows.data_ptr<float>() + rows.numel());
  }
  return value;
}

search::Hypothesis hypothesis(const json& value) {
  search::Hypothesis made{
      .labels = value.at("labels"), .log_prob = value.at("log_prob"), .score = value.at("score")};
  if (value.contains("attention"))
    made.attention =
        at::tensor(value.at("attention").get<std::vector<float>>()).view({value.at("steps"), -1});
  return made;
}

std::string packed(const std::vector<Prediction>& predictions, const std::string& subject) {
  json all = json::array();
  for (const Prediction& prediction : predictions) {
    json hypotheses = json::array();
    for (const search::Hypothesis& each : prediction.hypotheses)
      hypotheses.push_back(to_json(each));
    all.push_back({{"labels", prediction.labels},
                   {"label_scores", prediction.label_scores},
                   {"probabilities", prediction.probabilities},
                   {"hypotheses", std::move(hypotheses)}});
  }
  std::string bytes;
  json::to_cbor(json{{"subject", subject}, {"predictions", std::move(all)}}, bytes);
  return bytes;
}

std::vector<Prediction> unpacked(const std::string& bytes, const std::string& subject) {
  const json value = json::from_cbor(bytes);
  if (value.at("subject") != subject)
    throw distributed::LostProcess(
        fmt::format("One process predicts {} while another predicts {}; look for the first error above.",
                    subject, value.at("subject").get<std::string>()));
  std::vector<Prediction> predictions;
  for (const json& each : value.at("predictions")) {
    Prediction& prediction = predictions.emplace_back(Prediction{.labels = each.at("labels"),
                                                                 .label_scores = each.at("label_scores"),
                                                                 .probabilities = each.at("probabilities")});
    for (const json& one : each.at("hypotheses"))
      prediction.hypotheses.push_back(hypothesis(one));
  }
  return predictions;
}

}  // namespace

std::vector<Prediction> shared_predict(
    distributed::World& world, const std::vector<std::int64_t>& rows, const std::string& subject,
    const std::function<std::vector<Prediction>(const std::vector<std::int64_t>& rows)>& predict) {
  if (world.is_alone()) return predict(rows);
  const auto [first, last] = world.part_of(static_cast<std::int64_t>(rows.size()));
  const std::vector<std::int64_t> part(rows.begin() + first, rows.begin() + last);
  const std::string own =
      distributed::agreed(world, "predicting " + subject, [&] { return packed(predict(part), subject); });
  std::vector<Prediction> all;
  for (const std::string& bytes : world.gather(own, "gathering the predictions of " + subject))
    std::ranges::move(unpacked(bytes, subject), std::back_inserter(all));
  return all;
}

}  // namespace tagloom::evaluation
