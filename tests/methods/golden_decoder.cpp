#include "golden_decoder.hpp"

#include "built_plugins.hpp"
#include "registry/kinds/decoder.hpp"
#include "support/files.hpp"
#include "support/formula.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

namespace tagloom::testing {
namespace {

at::Tensor formula_weight(const std::string& name, at::IntArrayRef shape) {
  const at::Tensor u = formula_tensor(name, shape);
  if (name.find("bias") != std::string::npos) return u * 0.1;
  if (name == "word_emb.weight") return u * 0.5;
  return u * (1.5 * std::sqrt(3.0 / fan_in(shape)));
}

Vocabulary numbered_labels(std::int64_t count) {
  std::vector<std::string> labels;
  for (std::int64_t i = 0; i < count; ++i)
    labels.push_back("label" + std::to_string(i));
  return Vocabulary(std::move(labels));
}

}  // namespace

GoldenDecoder golden_decoder(const std::string& method, const std::string& plugin,
                             const std::map<std::string, std::string>& options) {
  const auto reference = read_json(test_data("decoders.json"));
  const auto& dims = reference.at("dims");
  GoldenDecoder golden{.expected = reference.at(method), .vocabulary = numbered_labels(dims.at("labels"))};
  golden.setup = {.labels = dims.at("labels"),
                  .features = {.channels = dims.at("features"), .map_height = 3, .map_width = 3}};
  std::map<std::string, std::string> assignments = {{"hidden", dims.at("hidden").dump()},
                                                    {"embedding", dims.at("embedding").dump()}};
  if (plugin == "attention") assignments.emplace("attention", dims.at("attention").dump());
  assignments.insert(options.begin(), options.end());
  golden.decoder = built_plugins().create<Decoder>(plugin, assignments, golden.setup).component;
  NamedTensors weights;
  for (const auto& [name, shape] :
       golden.expected.at("state_dict").get<std::vector<std::pair<std::string, std::vector<std::int64_t>>>>())
    weights.emplace_back(name, formula_weight(name, shape));
  load_strictly(*golden.decoder, weights, "formula weights");
  golden.decoder->eval();
  const std::int64_t batch = dims.at("batch");
  golden.features = {
      .pooled = formula_tensor("features", {batch, dims.at("features")}),
      .map = formula_tensor("feature_map", {batch, dims.at("pixels"), dims.at("features")}).abs(),
      .concepts = formula_tensor("concept_logits", {batch, dims.at("labels")}) * 3};
  golden.labels =
      make_label_batch(reference.at("label_sequences").get<std::vector<std::vector<std::int64_t>>>(),
                       golden.vocabulary, dims.at("max_labels").get<std::int64_t>() + 2);
  return golden;
}

void expect_close(const at::Tensor& actual, const nlohmann::json& expected) {
  const auto values = expected.get<std::vector<float>>();
  ASSERT_EQ(actual.numel(), static_cast<std::int64_t>(values.size()));
  const at::Tensor wanted = at::tensor(values).view(actual.sizes());
  EXPECT_LE((actual - wanted).abs().max().item<double>(), 1e-4 * wanted.abs().max().item<double>());
}

void expect_gradient_norms(const Decoder& decoder, const nlohmann::json& expected) {
  std::size_t compared = 0;
  for (const auto& parameter : decoder.named_parameters()) {
    ASSERT_TRUE(parameter.value().grad().defined()) << parameter.key();
    const double wanted = expected.at(parameter.key());
    // The bias before attention's softmax has no gradient but rounding.
    EXPECT_NEAR(parameter.value().grad().norm().item<double>(), wanted, 1e-4 * wanted + 2e-8)
        << parameter.key();
    ++compared;
  }
  EXPECT_EQ(compared, expected.size());
}

}  // namespace tagloom::testing
