#include "experiment/workshop.hpp"

#include "checkpoint/checkpoint.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/json_text.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/new_file.hpp>
#include <tagloom/datasets/read.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>

namespace tagloom::experiment {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// Of records and of results' member "experiment".
constexpr int kRecordFormat = 1;

bool is_at(const fs::path& path) {
  std::error_code unknown;
  return fs::exists(path, unknown);
}

/// A name as part of a file's name.
std::string as_file_name(const std::string& name) {
  std::string text;
  for (const char c : name) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '=';
    if (plain)
      text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    else if (!text.empty() && text.back() != '_')
      text += '_';
  }
  return text.substr(0, 80);
}

std::string short_key(const std::string& hash) {
  return hash.substr(0, 10);
}

/// Nothing if it is not there or nobody can read it: then what it says is done anew.
std::optional<Json> read_record(const fs::path& path) {
  if (!is_at(path)) return std::nullopt;
  const auto bytes = read_file(path);
  Json record = Json::parse(reinterpret_cast<const char*>(bytes.data()),
                            reinterpret_cast<const char*>(bytes.data()) + bytes.size(), nullptr, false);
  return record.is_object() ? std::optional(std::move(record)) : std::nullopt;
}

Json record_of(const std::string& key, const Json& depends_on, const std::vector<std::string>& words,
               const ChildEnd& end) {
  return {{"format", kRecordFormat},  {"key", key},
          {"depends_on", depends_on}, {"command", words},
          {"seconds", end.seconds},   {"peak_bytes", end.peak_bytes}};
}

void add(std::vector<std::string>& words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
}

fs::path beside_results(const fs::path& folder, const Search& search, const char* ending) {
  return folder / (as_file_name(search.name) + ending);
}

/// As training reads its data set; another way makes another one.
std::string reading_of(const Cell& cell) {
  const datasets::ReadOptions& reading = cell.config.reading;
  return fmt::format("{} {} {} {}", cell.data, reading.layout, reading.test_fraction, reading.split_seed);
}

}  // namespace

Workshop::Workshop(const Experiment& experiment, const registry::Registry& registry)
    : experiment_(experiment), registry_(registry) {}

fs::path Workshop::path_of(const DataSet& data) const {
  return data.path.empty() ? experiment_.folder / "data" / as_file_name(data.name) : data.path;
}

fs::path Workshop::path_of(const Cache& cache) {
  if (!cache.path.empty()) return cache.path;
  const DataSet& data = named(experiment_.data, cache.data);
  const std::string drawn = data.demo ? identities_.of_options(*data.demo) : path_of(data).string();
  const std::string key = hash_of({drawn, identities_.of_options(*cache.build)});
  return experiment_.folder / "caches" / fmt::format("{}.{}.h5", as_file_name(cache.name), short_key(key));
}

bool Workshop::is_there(const Cache& cache) {
  return is_at(path_of(cache));
}

std::vector<std::string> Workshop::plugin_words() const {
  std::vector<std::string> words;
  for (const fs::path& folder : experiment_.plugins)
    words.push_back("--plugin-dir=" + folder.string());
  return words;
}

std::optional<Step> Workshop::next_preparation() {
  for (const DataSet& data : experiment_.data) {
    const fs::path path = path_of(data);
    if (is_at(path)) continue;
    if (!data.demo)
      throw DataError(
          fmt::format("the data set {} is not there: {}; check its path.", shown(data.name), shown(path)));
    fs::create_directories(path.parent_path().empty() ? "." : path.parent_path());
    std::vector<std::string> words = {"dataset", "demo", "--out=" + path.string()};
    add(words, words_of(*data.demo));
    return Step{.what = "drawing the data set " + data.name,
                .words = std::move(words),
                .log = experiment_.folder / (as_file_name("data_" + data.name) + ".log"),
                .finish = [](const ChildEnd&) {}};
  }
  for (const Cache& cache : experiment_.caches) {
    const fs::path path = path_of(cache);
    if (is_at(path)) continue;
    if (!cache.build)
      throw DataError(
          fmt::format("the cache {} is not there: {}; check its path.", shown(cache.name), shown(path)));
    fs::create_directories(path.parent_path().empty() ? "." : path.parent_path());
    std::vector<std::string> words = {"cache", "build",
                                      "--data=" + path_of(named(experiment_.data, cache.data)).string(),
                                      "--out=" + path.string()};
    add(words, words_of(*cache.build));
    add(words, plugin_words());
    return Step{.what = "building the cache " + cache.name,
                .words = std::move(words),
                .log = experiment_.folder / (as_file_name("cache_" + cache.name) + ".log"),
                .finish = [](const ChildEnd&) {}};
  }
  return std::nullopt;
}

const datasets::Dataset& Workshop::data_of(const Cell& cell) {
  const std::string reading = reading_of(cell);
  auto found = data_.find(reading);
  if (found == data_.end())
    found = data_
                .emplace(reading,
                         datasets::read(path_of(named(experiment_.data, cell.data)), cell.config.reading))
                .first;
  return found->second;
}

Workshop::Key Workshop::key_of(const Cell& cell) {
  Key& key = keys_[cell.number];
  if (!key.hash.empty()) return key;
  Json depends_on = {{"program", identities_.of_program()}, {"data", identity_of(data_of(cell))}};
  for (const auto& [kind, names] : {std::pair("caches", &cell.caches), std::pair("views", &cell.views)})
    for (const std::string& name : *names)
      depends_on[kind].push_back(identities_.of_cache(path_of(named(experiment_.caches, name))));
  const auto described = training::described(cell.config);
  for (const char* kind : {"classifier", "decoder", "ordering", "loss", "multilabel_loss"})
    if (const auto name = described.find(kind); name != described.end() && !name->second.empty())
      depends_on["plugins"][kind] = identities_.of_file(registry_.find(kind, name->second).library);
  depends_on["options"] = identities_.of_options(cell.train);
  key = {.depends_on = depends_on, .hash = hash_of(depends_on)};
  return key;
}

Workshop::Key Workshop::key_of(const Cell& cell, const Search& search, const std::string& model) {
  const Json depends_on = {{"trained", key_of(cell).hash},
                           {"model", model},
                           {"splits", cell.splits},
                           {"options", identities_.of_options(search.options)}};
  return {.depends_on = depends_on, .hash = hash_of(depends_on)};
}

fs::path Workshop::folder_of(const Cell& cell) {
  return experiment_.folder / "models" /
         fmt::format("{}.{}", as_file_name(cell.name), short_key(key_of(cell).hash));
}

std::vector<std::string> Workshop::input_words(const Cell& cell) {
  std::vector<std::string> words = {"--data=" + path_of(named(experiment_.data, cell.data)).string()};
  for (const std::string& name : cell.caches)
    words.push_back("--cache=" + path_of(named(experiment_.caches, name)).string());
  return words;
}

std::optional<std::string> Workshop::model_of(const Cell& cell) {
  const fs::path folder = folder_of(cell);
  const auto record = read_record(folder / "trained.json");
  if (!record || record->value("key", "") != key_of(cell).hash) return std::nullopt;
  if (!is_at(folder / "model.safetensors")) return std::nullopt;
  return record->value("model", "");
}

Step Workshop::training_step(const Cell& cell) {
  const fs::path folder = folder_of(cell);
  const fs::path model = folder / "model.safetensors";
  std::vector<std::string> words = {"train"};
  add(words, input_words(cell));
  for (const std::string& name : cell.views)
    words.push_back("--view=" + path_of(named(experiment_.caches, name)).string());
  words.push_back("--out=" + model.string());
  add(words, words_of(cell.train));
  add(words, plugin_words());
  const std::vector<std::string> command = words;
  // A model without the record of its training may be one that was left half way, or come from another hand.
  words.emplace_back(is_at(model.string() + ".state") ? "--resume" : "--overwrite");
  return {.what = "training",
          .words = std::move(words),
          .log = folder / "training.log",
          .finish = [this, key = key_of(cell), folder, model, command](const ChildEnd& end) {
            Json record = record_of(key.hash, key.depends_on, command, end);
            record["model"] = Identities().of_file(model);
            replace_file(folder / "trained.json", to_json_text(record, 1) + "\n");
          }};
}

Step Workshop::scoring_step(const Cell& cell, const Search& search, const std::string& model) {
  const fs::path folder = folder_of(cell);
  const fs::path scores = beside_results(folder, search, ".scores.json");
  std::vector<std::string> words = {"evaluate", (folder / "model.safetensors").string()};
  add(words, input_words(cell));
  for (const GivenOption& option : cell.train)
    if (option.name == "layout" || option.name == "skip-unreadable") add(words, words_of({option}));
  for (const std::string& split : cell.splits)
    words.push_back("--split=" + split);
  add(words, words_of(search.options));
  add(words, plugin_words());
  words.push_back("--json=" + scores.string());
  const Key key = key_of(cell, search, model);
  return {.what = "scoring, " + search.name,
          .words = words,
          .log = beside_results(folder, search, ".log"),
          .finish = [=](const ChildEnd& end) {
            auto result = read_record(scores);
            if (!result) throw DataError(fmt::format("{} is no JSON; evaluate again.", shown(scores)));
            Json record = record_of(key.hash, key.depends_on, words, end);
            record.update({{"method", cell.method},
                           {"variant", cell.variant},
                           {"seed", cell.seed},
                           {"search", search.name}});
            (*result)["experiment"] = std::move(record);
            replace_file(beside_results(folder, search, ".json"), to_json_text(*result, 1) + "\n");
            std::error_code ignored;
            fs::remove(scores, ignored);
          }};
}

std::optional<Json> Workshop::result_of(const Cell& cell, const Search& search) {
  const auto model = model_of(cell);
  if (!model) return std::nullopt;
  auto result = read_record(beside_results(folder_of(cell), search, ".json"));
  if (!result || !result->contains("experiment")) return std::nullopt;
  const std::string key = result->at("experiment").value("key", "");
  return key == key_of(cell, search, *model).hash ? std::move(result) : std::nullopt;
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
