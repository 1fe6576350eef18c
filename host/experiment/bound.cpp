#include "experiment/bound.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/nearest.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

namespace tagloom::experiment {
namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' '))
    text.remove_prefix(1);
  while (text.ends_with(' '))
    text.remove_suffix(1);
  return text;
}

UsageError no_bound(const std::string& text) {
  return UsageError(fmt::format(
      "\"{}\" is no bound; one is written FIGURE >= NUMBER or METHOD.FIGURE >= NUMBER, also with <=, > or <.",
      shown(text)));
}

double number_in(std::string_view text, const std::string& whole) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
    throw no_bound(whole);
  return value;
}

/// Takes the name of the method off that it begins with: of several the longest.
std::string take_method(std::string_view& left, const std::vector<Method>& methods) {
  std::string found;
  for (const Method& method : methods)
    if (left.starts_with(method.name + ".") && method.name.size() > found.size()) found = method.name;
  if (!found.empty()) left.remove_prefix(found.size() + 1);
  return found;
}

}  // namespace

const std::vector<std::string>& known_figures() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> names = {"n_plus", "map"};
    for (const char* family : {"per_class", "micro", "example_based", "bands.rare.per_class",
                               "bands.middle.per_class", "bands.frequent.per_class"})
      for (const char* figure : {"precision", "recall", "f1"})
        names.push_back(fmt::format("{}.{}", family, figure));
    names.insert(names.begin() + 5, "per_class.mean_of_f1");
    return names;
  }();
  return all;
}

Bound bound_in(const std::string& text, const std::vector<Method>& methods) {
  const std::size_t at = text.find_first_of("<>");
  if (at == std::string::npos) throw no_bound(text);
  const std::size_t length = at + 1 < text.size() && text[at + 1] == '=' ? 2 : 1;
  std::string_view left = trimmed(std::string_view(text).substr(0, at));
  Bound bound{.text = text,
              .method = take_method(left, methods),
              .figure = std::string(left),
              .comparison = text.substr(at, length),
              .value = number_in(trimmed(std::string_view(text).substr(at + length)), text)};
  const auto& known = known_figures();
  if (std::ranges::find(known, bound.figure) == known.end())
    throw UsageError(
        fmt::format("\"{}\": there is no figure or method \"{}\"{}; docs/scores.md lists figures.",
                    shown(text), shown(bound.figure), did_you_mean(bound.figure, known)));
  return bound;
}

bool holds(const Bound& bound, double value) {
  if (bound.comparison == ">=") return value >= bound.value;
  if (bound.comparison == "<=") return value <= bound.value;
  return bound.comparison == ">" ? value > bound.value : value < bound.value;
}

}  // namespace tagloom::experiment
