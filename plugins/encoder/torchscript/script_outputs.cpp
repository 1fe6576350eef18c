#include "torchscript/script_outputs.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <ATen/core/function_schema.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
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

}  // namespace

OutputFeatures features_in(const c10::IValue& output, const OutputChoice& choice) {
  if (!choice.names_any() && output.isTensor()) return features_in(output.toTensor(), choice.class_tokens);
  const Named parts = parts_of(output);
  if (!choice.names_any())
    throw UsageError(
        fmt::format("the module returns {}, not one tensor; say by pooled and map which of {} are features.",
                    output.tagKind(), parts.empty() ? "its outputs" : names_of(parts)));
  OutputFeatures features;
  if (!choice.pooled.empty()) features.pooled = as_pooled(tensor_called(parts, choice.pooled, "pooled"));
  if (!choice.map.empty()) set_map(features, tensor_called(parts, choice.map, "map"), choice.class_tokens);
  return features;
}

}  // namespace tagloom
