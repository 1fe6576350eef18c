#include "torchscript/outputs.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <ATen/ATen.h>
#include <ATen/core/function_schema.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <utility>
#include <vector>

namespace tagloom {
namespace {

using Named = std::vector<std::pair<std::string, c10::IValue>>;

/// The parts of an output, by name or, where they have none, by index; none of a single tensor.
Named parts_of(const c10::IValue& output) {
  Named parts;
  const auto number = [&](const auto& elements) {
    for (const auto& element : elements)
      parts.emplace_back(std::to_string(parts.size()), element);
  };
  if (output.isTuple()) {
    number(output.toTupleRef().elements());
    if (const auto type = output.type()->cast<c10::TupleType>(); type && type->schema())
      for (std::size_t i = 0; i < parts.size(); ++i)
        parts[i].first = type->schema()->arguments()[i].name();
  } else if (output.isList()) {
    number(output.toList().vec());
  } else if (output.isGenericDict()) {
    for (const auto& item : output.toGenericDict())
      parts.emplace_back(item.key().isString() ? item.key().toStringRef() : "", item.value());
  }
  return parts;
}

std::string names_of(const Named& parts) {
  std::vector<std::string> names;
  for (const auto& [name, value] : parts)
    names.push_back(shown(name));
  return fmt::format("{}", fmt::join(names, ", "));
}

at::Tensor tensor_called(const Named& parts, const std::string& name, const char* option) {
  for (std::size_t i = 0; i < parts.size(); ++i)
    if ((parts[i].first == name || std::to_string(i) == name) && parts[i].second.isTensor())
      return parts[i].second.toTensor();
  throw UsageError(
      fmt::format("{}={} is no tensor that the module returns; it returns {}.", option, shown(name),
                  parts.empty() ? "one tensor, for which pooled and map are not set" : names_of(parts)));
}

std::string shape_of(const at::Tensor& tensor) {
  return fmt::format("[{}]", fmt::join(tensor.sizes(), ", "));
}

at::Tensor as_pooled(at::Tensor pooled) {
  while (pooled.dim() > 2 && pooled.size(-1) == 1)
    pooled = pooled.squeeze(-1);
  if (pooled.dim() == 2) return pooled.to(at::kFloat);
  throw UsageError(fmt::format(
      "the module's pooled feature is {}, not [images, channels]; name another output.", shape_of(pooled)));
}

/// 0 if a number is no square.
std::int64_t side_of_square(std::int64_t number) {
  const auto side = static_cast<std::int64_t>(
      std::lround(std::sqrt(static_cast<double>(std::max<std::int64_t>(number, 0)))));
  return side * side == number ? side : 0;
}

/// How many tokens in front are no places.
std::int64_t class_tokens(std::int64_t tokens, std::int64_t asked) {
  if (asked >= 0) return asked;
  return side_of_square(tokens) == 0 && side_of_square(tokens - 1) > 0 ? 1 : 0;
}

void set_map(OutputFeatures& features, const at::Tensor& map, std::int64_t asked) {
  if (map.dim() == 4) {
    features.height = map.size(2);
    features.width = map.size(3);
    features.map = map.permute({0, 2, 3, 1}).flatten(1, 2).to(at::kFloat).contiguous();
    return;
  }
  if (map.dim() != 3)
    throw UsageError(
        fmt::format("the module's map is {}, neither [images, channels, height, width] nor [images, tokens, "
                    "channels]; name "
                    "another output.",
                    shape_of(map)));
  const std::int64_t dropped = class_tokens(map.size(1), asked);
  const std::int64_t side = side_of_square(map.size(1) - dropped);
  if (side == 0)
    throw UsageError(fmt::format(
        "the module's map is {}, and {} tokens without {} in front are no square; set class_tokens to "
        "how many are no places of the image.",
        shape_of(map), map.size(1), dropped));
  features.height = side;
  features.width = side;
  features.map = map.narrow(1, dropped, side * side).to(at::kFloat).contiguous();
}

}  // namespace

OutputFeatures features_in(const c10::IValue& output, const OutputChoice& choice) {
  OutputFeatures features;
  const Named parts = parts_of(output);
  const bool chosen = !choice.pooled.empty() || !choice.map.empty();
  if (!chosen && output.isTensor()) {
    const at::Tensor tensor = output.toTensor();
    if (tensor.dim() == 2)
      features.pooled = as_pooled(tensor);
    else
      set_map(features, tensor, choice.class_tokens);
    return features;
  }
  if (!chosen)
    throw UsageError(
        fmt::format("the module returns {}, not one tensor; say by pooled and map which of {} are features.",
                    output.tagKind(), parts.empty() ? "its outputs" : names_of(parts)));
  if (!choice.pooled.empty()) features.pooled = as_pooled(tensor_called(parts, choice.pooled, "pooled"));
  if (!choice.map.empty()) set_map(features, tensor_called(parts, choice.map, "map"), choice.class_tokens);
  return features;
}

}  // namespace tagloom
