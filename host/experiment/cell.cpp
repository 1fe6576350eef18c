#include "experiment/cell.hpp"

#include "experiment/naming.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace tagloom::experiment {
namespace {

/// A path that is only looked at as text.
constexpr const char* kAnywhere = "anywhere.safetensors";

std::string name_of(const Method& method, const Variant& variant, std::uint64_t seed) {
  return fmt::format("{}{}{}, seed {}", method.name, variant.name.empty() ? "" : ", ", variant.name, seed);
}

std::string data_of(const Experiment& experiment, const Method& method) {
  const std::string data = named(experiment.caches, method.caches.front()).data;
  for (const auto* names : {&method.caches, &method.views})
    for (const std::string& name : *names)
      if (named(experiment.caches, name).data != data)
        throw UsageError(fmt::format("{}: its caches are of different data sets; give it such as are of one.",
                                     shown(method.name)));
  return data;
}

training::TrainConfig config_of(const Cell& cell, const Commands& commands) {
  auto words = words_of(cell.train);
  words.insert(words.end(), {"--data=anywhere", "--cache=anywhere.h5", std::string("--out=") + kAnywhere});
  return naming(cell.name, [&] { return commands.check_train(words); });
}

void check_searches(const Cell& cell, const Commands& commands) {
  for (const Search& search : cell.searches) {
    auto words = words_of(search.options);
    words.insert(words.end(), {kAnywhere, "--data=anywhere", "--cache=anywhere.h5", "--json=anywhere.json"});
    naming(search.name, [&] { commands.check_evaluate(words); });
  }
}

/// What tells a cell from the others.
struct Choice {
  const Method& method;
  const Variant& variant;
  std::uint64_t seed = 0;
};

Cell cell_of(const Experiment& experiment, const Commands& commands, const Choice& choice) {
  const auto& [method, variant, seed] = choice;
  Cell cell{.method = method.name,
            .variant = variant.name,
            .seed = seed,
            .name = name_of(method, variant, seed),
            .caches = method.caches,
            .views = method.views,
            .data = data_of(experiment, method),
            .train = layered(layered(method.train, variant.train),
                             {{.name = "seed", .value = std::to_string(seed)}}),
            .splits = variant.splits,
            .searches = experiment.searches,
            .config = {}};
  cell.config = config_of(cell, commands);
  if (cell.config.model.decoder.empty()) cell.searches = {{.name = "threshold", .options = {}}};
  check_searches(cell, commands);
  return cell;
}

bool takes_part(const Method& method, const Variant& variant) {
  return variant.methods.empty() || std::ranges::find(variant.methods, method.name) != variant.methods.end();
}

void check_preparation(const Experiment& experiment, const Commands& commands) {
  for (const DataSet& data : experiment.data) {
    if (!data.demo) continue;
    auto words = words_of(*data.demo);
    words.emplace_back("--out=anywhere");
    naming("data " + data.name, [&] { commands.check_demo(words); });
  }
  for (const Cache& cache : experiment.caches) {
    if (!cache.build) continue;
    naming("cache " + cache.name, [&] { (void)commands.check_build(words_to_check(*cache.build)); });
  }
}

}  // namespace

std::vector<std::string> words_to_check(const GivenOptions& build) {
  auto words = words_of(build);
  words.insert(words.end(), {"--data=anywhere", "--out=anywhere.h5"});
  return words;
}

std::vector<Cell> cells_of(const Experiment& experiment, const Commands& commands) {
  check_preparation(experiment, commands);
  std::vector<Cell> cells;
  for (const Variant& variant : experiment.variants)
    for (const std::uint64_t seed : variant.seeds)
      for (const Method& method : experiment.methods)
        if (takes_part(method, variant)) {
          cells.push_back(cell_of(experiment, commands, {method, variant, seed}));
          cells.back().number = cells.size();
        }
  return cells;
}

}  // namespace tagloom::experiment
