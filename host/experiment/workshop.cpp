#include "experiment/workshop.hpp"

#include "checkpoint/checkpoint.hpp"
#include "evaluation/readable_json.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/new_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <system_error>
#include <utility>

namespace tagloom::experiment {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

bool is_at(const fs::path& path) {
  std::error_code unknown;
  return fs::exists(path, unknown);
}

/// -1 for one that cannot be asked.
std::int64_t bytes_of(const fs::path& path) {
  std::error_code unknown;
  const auto size = fs::file_size(path, unknown);
  return unknown ? -1 : static_cast<std::int64_t>(size);
}

/// What is to be done about a model that is no longer as it was trained; empty if it is.
std::string damage_of(const fs::path& model, const std::string& trained) {
  try {
    if (Identities().of_file(model) == trained) return {};
  } catch (const DataError&) {
    // That cannot be read either.
  }
  return fmt::format("{} is no longer what training wrote; delete it, and the same command trains it anew.",
                     shown(model));
}

fs::path beside_results(const fs::path& folder, const Search& search, std::string_view ending) {
  return folder / fmt::format("scored.{}{}", as_file_name(search.name), ending);
}

constexpr std::string_view kUnfinished = ".partial.json";

/// The line that writes scores where they end up.
std::string as_finished(std::string command) {
  if (const auto place = command.rfind(kUnfinished); place != std::string::npos)
    command.replace(place, kUnfinished.size(), ".json");
  return command;
}

/// What scoring has to know of how training read the data set, unless the search says it itself.
GivenOptions reading_options(const Cell& cell, const Search& search) {
  GivenOptions options;
  for (const GivenOption& option : cell.train)
    if (option.name == "layout" || option.name == "skip-unreadable") options.push_back(option);
  std::erase_if(options, [&](const GivenOption& option) {
    return std::ranges::find(search.options, option.name, &GivenOption::name) != search.options.end();
  });
  return options;
}

}  // namespace

Workshop::Workshop(const Experiment& experiment, const registry::Registry& registry)
    : experiment_(experiment), registry_(registry), inputs_(experiment, identities_) {}

const Key& Workshop::training_key(const Cell& cell) {
  Key& key = keys_[cell.number];
  if (!key.hash.empty()) return key;
  Json depends_on = {{"program", identities_.of_program()}, {"data", identity_of(inputs_.data_of(cell))}};
  for (const auto& [kind, names] : {std::pair("caches", &cell.caches), std::pair("views", &cell.views)})
    for (const std::string& name : *names)
      depends_on[kind].push_back(identities_.of_cache(inputs_.cache(name)));
  const auto described = training::described(cell.config);
  for (const char* kind : {"classifier", "decoder", "ordering", "loss", "multilabel_loss"})
    if (const auto name = described.find(kind); name != described.end() && !name->second.empty())
      depends_on["plugins"][kind] = identities_.of_file(registry_.find(kind, name->second).library);
  depends_on["options"] = identities_.of_options(cell.train);
  return key = key_of(std::move(depends_on));
}

Key Workshop::scoring_key(const Cell& cell, const Search& search, const std::string& model) {
  return key_of({{"trained", training_key(cell).hash},
                 {"model", model},
                 {"splits", cell.splits},
                 {"options", identities_.of_options(search.options)}});
}

fs::path Workshop::folder_of(const Cell& cell) {
  return experiment_.folder / "models" /
         fmt::format("{}.{}", as_file_name(cell.name), short_key(training_key(cell).hash));
}

std::optional<std::string> Workshop::model_of(const Cell& cell) {
  const fs::path folder = folder_of(cell);
  const auto record = read_record(folder / "trained.json");
  if (!record || text_in(*record, "key") != training_key(cell).hash) return std::nullopt;
  const fs::path model = folder / "model.safetensors";
  // To hash it each time would take as long as to read all models.
  if (!is_at(model) || record->value("model_bytes", bytes_of(model)) != bytes_of(model)) return std::nullopt;
  return text_in(*record, "model");
}

Step Workshop::training_step(const Cell& cell) {
  const fs::path folder = folder_of(cell);
  const fs::path model = folder / "model.safetensors";
  std::vector<std::string> words = {"train"};
  add(words, inputs_.words_for(cell));
  for (const std::string& name : cell.views)
    words.push_back("--view=" + inputs_.cache(name).string());
  words.push_back("--out=" + model.string());
  add(words, words_of(cell.train));
  add(words, plugin_words(experiment_));
  const std::vector<std::string> command = words;
  // A model without the record of its training may be one that was left half way, or come from another hand.
  words.emplace_back(is_at(model.string() + ".state") ? "--resume" : "--overwrite");
  return {.what = "training",
          .words = std::move(words),
          .log = folder / "training.log",
          .lock = model.string() + ".lock",
          .finish = [key = training_key(cell), folder, model, command](const ChildEnd& end) {
            Json record = record_of(key, command, end);
            record["model"] = Identities().of_file(model);
            record["model_bytes"] = bytes_of(model);
            write_record(folder / "trained.json", record);
          }};
}

Step Workshop::scoring_step(const Cell& cell, const Search& search, const std::string& model) {
  const fs::path folder = folder_of(cell);
  const fs::path scores = beside_results(folder, search, kUnfinished);
  std::vector<std::string> words = {"evaluate", (folder / "model.safetensors").string()};
  add(words, inputs_.words_for(cell));
  add(words, words_of(reading_options(cell, search)));
  for (const std::string& split : cell.splits)
    words.push_back("--split=" + split);
  add(words, words_of(search.options));
  add(words, plugin_words(experiment_));
  words.push_back("--json=" + scores.string());
  const Key key = scoring_key(cell, search, model);
  return {.what = "scoring, " + search.name,
          .words = words,
          .log = beside_results(folder, search, ".log"),
          .finish =
              [=](const ChildEnd& end) {
                auto result = read_record(scores);
                if (!result) throw DataError(fmt::format("{} is no JSON; evaluate again.", shown(scores)));
                Json record = record_of(key, words, end);
                record.update({{"cell", cell.name},
                               {"method", cell.method},
                               {"variant", cell.variant},
                               {"seed", cell.seed},
                               {"search", search.name}});
                (*result)["experiment"] = std::move(record);
                (*result)["command"] = as_finished(text_in(*result, "command"));
                replace_file(beside_results(folder, search, ".json"),
                             evaluation::to_readable_text(*result) + "\n");
                std::error_code ignored;
                fs::remove(scores, ignored);
              },
          .damage = [=] { return damage_of(folder / "model.safetensors", model); }};
}

std::optional<fs::path> Workshop::result_of(const Cell& cell, const Search& search) {
  const auto model = model_of(cell);
  if (!model) return std::nullopt;
  const fs::path file = beside_results(folder_of(cell), search, ".json");
  const auto result = read_record(file);
  if (!result || !result->contains("experiment")) return std::nullopt;
  const std::string key = text_in(result->at("experiment"), "key");
  return key == scoring_key(cell, search, *model).hash ? std::optional(file) : std::nullopt;
}

void Workshop::take_finished(const Cell& cell) {
  const fs::path folder = folder_of(cell);
  const fs::path model = folder / "model.safetensors";
  if (model_of(cell) || !is_at(model) || is_at(model.string() + ".state")) return;
  try {
    const auto record = checkpoint::read_checkpoint(model).record;
    if (const auto finished = record.find("finished"); finished != record.end() && finished->second == "yes")
      training_step(cell).finish({});
  } catch (const DataError&) {
    // It is trained again.
  }
}

std::optional<Step> Workshop::next_step(const Cell& cell) {
  take_finished(cell);
  const auto model = model_of(cell);
  if (!model) return training_step(cell);
  for (const Search& search : cell.searches)
    if (!result_of(cell, search)) return scoring_step(cell, search, *model);
  return std::nullopt;
}

std::vector<Step> Workshop::steps_left(const Cell& cell) {
  std::vector<Step> steps;
  const auto model = model_of(cell);
  if (!model) steps.push_back(training_step(cell));
  for (const Search& search : cell.searches)
    if (!result_of(cell, search)) steps.push_back(scoring_step(cell, search, model.value_or("")));
  return steps;
}

}  // namespace tagloom::experiment
