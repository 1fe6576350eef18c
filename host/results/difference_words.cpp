#include "results/difference_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tagloom::results {

std::string_view words_for(std::string_view figure) {
  using Name = std::pair<std::string_view, std::string_view>;
  static constexpr std::array<Name, 12> kNames = {{{"per_class.precision", "per class P"},
                                                   {"per_class.recall", "per class R"},
                                                   {"per_class.f1", "per class F1"},
                                                   {"per_class.mean_of_f1", "per class mF1"},
                                                   {"micro.precision", "micro P"},
                                                   {"micro.recall", "micro R"},
                                                   {"micro.f1", "micro F1"},
                                                   {"example_based.precision", "example-based P"},
                                                   {"example_based.recall", "example-based R"},
                                                   {"example_based.f1", "example-based F1"},
                                                   {"n_plus", "N+"},
                                                   {"map", "mAP"}}};
  const auto* const found = std::ranges::find(kNames, figure, &Name::first);
  return found == kNames.end() ? figure : found->second;
}

}  // namespace tagloom::results
