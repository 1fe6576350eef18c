#include "experiment/component_check.hpp"

#include "experiment/naming.hpp"
#include "registry/check_options.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>

namespace tagloom::experiment {
namespace {

constexpr std::array<std::string_view, 5> kKindsOfTraining = {"classifier", "decoder", "ordering", "loss",
                                                              "multilabel_loss"};

/// A component that options chose, or that is the usual one.
struct Chosen {
  std::string kind;
  std::string name;
  const GivenOptions& options;
  /// The cell or cache that it is for.
  std::string where;
};

/// "multilabel_loss" is chosen by `multilabel-loss`.
std::string option_for(std::string kind) {
  std::ranges::replace(kind, '_', '-');
  return kind;
}

class ComponentCheck {
 public:
  explicit ComponentCheck(const registry::Registry& registry) : registry_(registry) {}

  void check(const Chosen& chosen) {
    check_is_there(chosen);
    for (const GivenOption& option : chosen.options)
      if (option.name == "set" && option.value.starts_with(chosen.kind + ".")) check_setting(chosen, option);
  }

 private:
  void check_is_there(const Chosen& chosen) const {
    try {
      (void)registry_.find(chosen.kind, chosen.name);
    } catch (const PluginError& error) {
      const auto choice = std::ranges::find(chosen.options, option_for(chosen.kind), &GivenOption::name);
      const bool is_said = choice != chosen.options.end() && !choice->place.empty();
      throw UsageError(fmt::format("{}: {}", is_said ? choice->place : shown(chosen.where), error.what()));
    }
  }

  void check_setting(const Chosen& chosen, const GivenOption& option) {
    const std::string assignment = option.value.substr(chosen.kind.size() + 1);
    const auto equals = assignment.find('=');
    // All seeds have the same.
    if (!taken_.insert(fmt::format("{} {} {}", chosen.kind, chosen.name, assignment)).second) return;
    naming(option.place, [&] {
      registry::check_options(registry_, chosen.kind, chosen.name,
                              {{assignment.substr(0, equals), assignment.substr(equals + 1)}});
    });
  }

  const registry::Registry& registry_;
  std::set<std::string> taken_;
};

}  // namespace

void check_components(const Experiment& experiment, const std::vector<Cell>& cells, const Commands& commands,
                      const registry::Registry& registry) {
  ComponentCheck components(registry);
  for (const Cache& cache : experiment.caches) {
    if (!cache.build) continue;
    const std::string encoder = commands.check_build(words_to_check(*cache.build));
    if (!encoder.empty())
      components.check(
          {.kind = "encoder", .name = encoder, .options = *cache.build, .where = "cache " + cache.name});
  }
  for (const Cell& cell : cells) {
    const auto described = training::described(cell.config);
    for (const std::string_view kind : kKindsOfTraining)
      if (const auto name = described.find(std::string(kind));
          name != described.end() && !name->second.empty())
        components.check(
            {.kind = name->first, .name = name->second, .options = cell.train, .where = cell.name});
    naming(cell.name, [&] { training::check(cell.config, registry); });
  }
}

}  // namespace tagloom::experiment
