#include "tresnet/miil_keys.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <regex>
#include <string>
#include <utility>

namespace tagloom {
namespace {

/// "body.layer2.0.conv1.0.1.bias" to "body.layer2.0.conv1.bn.bias". Convolutions before a blur are nested
/// once more.
std::string timm_name(const std::string& name) {
  static const std::regex nested_conv(R"((conv\d+)\.0\.0\.)");
  static const std::regex nested_norm(R"((conv\d+)\.0\.1\.)");
  static const std::regex conv(R"((conv\d+|downsample\.\d+)\.0\.)");
  static const std::regex norm(R"((conv\d+|downsample\.\d+)\.1\.)");
  for (const auto& [pattern, replacement] :
       {std::pair{&nested_conv, "$1.conv."}, std::pair{&nested_norm, "$1.bn."}, std::pair{&conv, "$1.conv."},
        std::pair{&norm, "$1.bn."}})
    if (std::regex_search(name, *pattern)) return std::regex_replace(name, *pattern, replacement);
  return name;
}

}  // namespace

NamedTensors timm_named(const NamedTensors& weights) {
  NamedTensors body;
  for (const auto& [name, tensor] : weights)
    if (!name.starts_with("head.") && !name.ends_with(".filt")) body.emplace_back(name, tensor);
  // Files that were converted already must not be converted twice: their gammas are final.
  const auto is_timm = [](const auto& item) { return item.first == "body.conv1.conv.weight"; };
  if (std::ranges::any_of(body, is_timm)) return body;
  for (auto& [name, tensor] : body) {
    name = timm_name(name);
    if (name.ends_with(".bn.weight")) tensor = tensor.abs() + 1e-5;
  }
  return body;
}

}  // namespace tagloom
