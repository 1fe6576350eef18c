#include "training/config.hpp"

#include "registry/check_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace tagloom::training {
namespace {

struct Part {
  std::string kind;
  std::string name;
  const registry::Assignments& options;
};

/// The components that the run is made of.
std::vector<Part> parts_of(const TrainConfig& config) {
  const std::vector<Part> all = {{"classifier", config.model.classifier, config.model.classifier_options},
                                 {"decoder", config.model.decoder, config.model.decoder_options},
                                 {"ordering", config.ordering, config.ordering_options},
                                 {"loss", config.loss, config.loss_options},
                                 {"multilabel_loss", config.multilabel_loss, config.multilabel_loss_options}};
  std::vector<Part> parts;
  std::ranges::copy_if(all, std::back_inserter(parts),
                       [&](const Part& part) { return why_idle(part.kind, config).empty(); });
  return parts;
}

}  // namespace

void check(const TrainConfig& config, const registry::Registry& registry) {
  check(config);
  for (const Part& part : parts_of(config))
    registry::check_options(registry, part.kind, part.name, part.options);
}

std::string subject(const TrainConfig& config) {
  std::vector<std::string> losses;
  if (!config.model.decoder.empty()) losses.push_back(config.loss);
  if (!config.model.classifier.empty()) losses.push_back(config.multilabel_loss);
  return fmt::format("{} with the loss {}", config.model.name(), fmt::join(losses, " and "));
}

std::map<std::string, std::string> described(const TrainConfig& config) {
  auto record = options::record_of(option_table(), config);
  for (const Part& part : parts_of(config)) {
    for (const auto& [name, value] : part.options)
      record[part.kind + "." + name] = value;
  }
  return record;
}

std::map<std::string, std::string> respelt(std::map<std::string, std::string> record) {
  return options::respelt(option_table(), std::move(record));
}

std::filesystem::path state_path(const TrainConfig& config) {
  return config.output.string() + ".state";
}

}  // namespace tagloom::training
