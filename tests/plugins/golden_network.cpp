#include "golden_network.hpp"

#include "support/formula.hpp"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <sstream>

namespace tagloom::testing {
namespace {

at::Tensor golden_weight(const std::string& name, at::IntArrayRef shape, double gain) {
  const at::Tensor u = formula_tensor(name, shape);
  if (name.ends_with("running_var")) return 1 + 0.25 * u;
  if (name.ends_with("running_mean") || name.ends_with("bias")) return 0.1 * u;
  if (shape.size() == 1) return 1 + 0.1 * u;
  return u * std::sqrt(gain / fan_in(shape));
}

bool counts_steps(const std::string& name) {
  return name.ends_with("num_batches_tracked");
}

}  // namespace

NamedTensors golden_weights(const ConvNet& network, double gain) {
  NamedTensors weights;
  for (const auto& [name, tensor] : named_tensors(network)) {
    if (!counts_steps(name)) weights.emplace_back(name, golden_weight(name, tensor.sizes(), gain));
  }
  return weights;
}

std::string names_hash(const ConvNet& network) {
  std::map<std::string, at::Tensor> sorted;
  for (const auto& [name, tensor] : named_tensors(network)) {
    if (!counts_steps(name)) sorted.emplace(name, tensor);
  }
  std::ostringstream text;
  for (const auto& [name, tensor] : sorted) {
    text << name;
    for (const std::int64_t size : tensor.sizes())
      text << ' ' << size;
    text << '\n';
  }
  return std::to_string(fnv1a(text.str()));
}

void expect_golden_features(ConvNet& network, const nlohmann::json& reference) {
  const c10::InferenceMode inference;
  const auto size = reference.at("image_size").get<std::int64_t>();
  const at::Tensor map = network.forward(formula_tensor("input", {1, 3, size, size}))[0];
  EXPECT_EQ(map.sizes().vec(), reference.at("feature_shape").get<std::vector<std::int64_t>>());
  const at::Tensor pooled = map.mean({1, 2});
  const auto expected = reference.at("pooled").get<std::vector<double>>();
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(pooled[static_cast<std::int64_t>(i)].item<double>(), expected[i],
                1e-4 * pooled.max().item<double>())
        << "channel " << i;
  for (const auto& sample : reference.at("map_samples")) {
    const auto at = [&](std::size_t i) { return sample[i].get<std::int64_t>(); };
    EXPECT_NEAR(map[at(0)][at(1)][at(2)].item<double>(), sample[3].get<double>(),
                1e-4 * map.max().item<double>())
        << sample;
  }
}

}  // namespace tagloom::testing
