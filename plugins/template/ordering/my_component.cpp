#include "my_component.hpp"

#include <tagloom/plugin.hpp>

#include <algorithm>

namespace my_component_plugin {

std::vector<tagloom::OptionSpec> Alphabetical::options() {
  return {{.name = "backwards", .default_value = false, .help = "from z to a"}};
}

Alphabetical::Alphabetical(const tagloom::Options& options) : backwards_(options.flag("backwards")) {}

std::vector<std::int64_t> Alphabetical::order(std::span<const std::int64_t> labels,
                                              const tagloom::LabelStatistics& statistics,
                                              tagloom::Random& /*random*/) const {
  std::vector<std::int64_t> sequence(labels.begin(), labels.end());
  std::ranges::sort(
      sequence, {}, [&](std::int64_t label) -> const auto& { return statistics.vocabulary.label(label); });
  if (backwards_) std::ranges::reverse(sequence);
  return sequence;
}

}  // namespace my_component_plugin

TAGLOOM_ABOUT("0.1.0", "Whoever wrote it", "not said")
TAGLOOM_ORDERING(my_component, my_component_plugin::Alphabetical, "Labels in alphabetical order", "")
