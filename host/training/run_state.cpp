#include "training/run_state.hpp"

#include "runtime/settings.hpp"
#include "training/config.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/json_text.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/weights/safetensors.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <exception>

namespace tagloom::training {
namespace {

using nlohmann::json;

constexpr int kFormat = 1;
constexpr const char* kKey = "tagloom_run";
constexpr std::string_view kWeights = "weights.";
constexpr std::string_view kOptimizer = "optimizer.";

json to_json(const RunState& state) {
  return {{"stage", std::string(word_for(state.stage))},
          {"epoch", state.epoch},
          {"batch", state.batch},
          {"step", state.step},
          {"loss_sum", state.loss_sum},
          {"epoch_seconds", state.epoch_seconds},
          {"seconds", state.seconds},
          {"best_score", state.best_score},
          {"best_epoch", state.best_epoch},
          {"log_lines", state.log_lines}};
}

RunState run_state(const json& value) {
  return {.stage = value.at("stage") == word_for(Stage::concepts) ? Stage::concepts : Stage::labels,
          .epoch = value.at("epoch"),
          .batch = value.at("batch"),
          .step = value.at("step"),
          .loss_sum = value.at("loss_sum"),
          .epoch_seconds = value.at("epoch_seconds"),
          .seconds = value.at("seconds"),
          .best_score = value.at("best_score"),
          .best_epoch = value.at("best_epoch"),
          .log_lines = value.at("log_lines")};
}

/// `read_safetensors`, which would have the file written again.
Safetensors read_state(const std::filesystem::path& path) {
  try {
    return read_safetensors(path);
  } catch (const DataError& error) {
    std::throw_with_nested(DataError(fmt::format("{} To start afresh, delete it.", error.what())));
  }
}

}  // namespace

void write_run(const std::filesystem::path& path, const StoredRun& run) {
  Safetensors file;
  for (const auto& [prefix, tensors] : {std::pair{kWeights, &run.weights}, {kOptimizer, &run.optimizer}}) {
    for (const auto& [name, tensor] : *tensors)
      file.tensors.emplace_back(std::string(prefix) + name, tensor);
  }
  const json description = {{"format", kFormat},
                            {"state", to_json(run.state)},
                            {"config", run.config},
                            {"optimizer_steps", run.optimizer_steps}};
  file.metadata = {{kKey, to_json_text(description)}};
  write_safetensors(path, file);
}

StoredRun read_run(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path))
    throw DataError(
        fmt::format("There is no interrupted run to resume: {} does not exist; leave out --resume to start "
                    "afresh.",
                    shown(path)));
  Safetensors file = read_state(path);
  StoredRun run;
  try {
    const json description = json::parse(file.metadata.at(kKey));
    if (description.at("format").get<int>() > kFormat)
      throw DataError(fmt::format("{} was written by a newer tagloom; resume with that one.", shown(path)));
    run.state = run_state(description.at("state"));
    run.config = respelt(description.at("config").get<runtime::Settings>());
    run.optimizer_steps = description.at("optimizer_steps");
  } catch (const json::exception&) {
    throw DataError(fmt::format("{} is damaged; delete it and start afresh.", shown(path)));
  } catch (const std::out_of_range&) {
    throw DataError(fmt::format("{} is no state of a tagloom training run.", shown(path)));
  }
  for (auto& [name, tensor] : file.tensors) {
    NamedTensors& part = name.starts_with(kWeights) ? run.weights : run.optimizer;
    part.emplace_back(name.substr(name.find('.') + 1), std::move(tensor));
  }
  return run;
}

void check_same(const StoredRun& run, const std::map<std::string, std::string>& config,
                const std::filesystem::path& path) {
  if (const auto other = runtime::first_difference(run.config, config))
    throw DataError(
        fmt::format("{} is of a run with {} {}, not {}; resume with the settings it was begun with, or "
                    "delete it and start afresh.",
                    shown(path), shown(other->name), shown(other->first), shown(other->second)));
}

}  // namespace tagloom::training
