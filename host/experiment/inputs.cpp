#include "experiment/inputs.hpp"

#include "experiment/record.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/datasets/read.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace tagloom::experiment {
namespace {

namespace fs = std::filesystem;

bool is_missing(const fs::path& path) {
  std::error_code unknown;
  return !fs::exists(path, unknown);
}

DataError not_there(const char* what, const std::string& name, const fs::path& path) {
  return DataError(
      fmt::format("the {} {} is not there: {}; check its path.", what, shown(name), shown(path)));
}

bool lacks_file(const GivenOption& option) {
  return !option.file.empty() && is_missing(option.file) && file_behind(option.file).empty();
}

void require_files_of(const GivenOptions& options) {
  for (const GivenOption& option : options)
    if (lacks_file(option))
      throw DataError(fmt::format("{}: {} is not there; check its path.", option.place, shown(option.file)));
}

/// As training reads its data set; another way makes another one.
std::string reading_of(const Cell& cell) {
  const datasets::ReadOptions& reading = cell.config.reading;
  return fmt::format("{} {} {} {}", cell.data, reading.layout, reading.test_fraction, reading.split_seed);
}

}  // namespace

void add(std::vector<std::string>& words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
}

std::vector<std::string> plugin_words(const Experiment& experiment) {
  std::vector<std::string> words;
  for (const fs::path& folder : experiment.plugins)
    words.push_back("--plugin-dir=" + folder.string());
  return words;
}

Inputs::Inputs(const Experiment& experiment, Identities& identities)
    : experiment_(experiment), identities_(identities) {}

fs::path Inputs::path_of(const DataSet& data) const {
  if (!data.path.empty()) return data.path;
  const std::string key = hash_of(identities_.of_options(*data.demo));
  return experiment_.folder / "data" / fmt::format("{}.{}", as_file_name(data.name), short_key(key));
}

fs::path Inputs::path_of(const Cache& cache) {
  if (!cache.path.empty()) return cache.path;
  return experiment_.folder / "caches" /
         fmt::format("{}.{}.h5", as_file_name(cache.name), short_key(key_of(cache)));
}

std::string Inputs::key_of(const Cache& cache) {
  const DataSet& data = named(experiment_.data, cache.data);
  const std::string drawn = data.demo ? identities_.of_options(*data.demo) : data.written.string();
  return hash_of({drawn, identities_.of_options(*cache.build)});
}

fs::path Inputs::memory_of(const Cache& cache) const {
  return experiment_.folder / (as_file_name("cache_" + cache.name) + ".json");
}

void Inputs::require_as_it_would_be_built(const Cache& cache) {
  // What a file held that is no longer there, nobody can say.
  if (std::ranges::any_of(*cache.build, lacks_file)) return;
  const auto built = read_record(memory_of(cache));
  if (!built || text_in(*built, "key") == key_of(cache)) return;
  // Another one may lie there by now.
  if (text_in(*built, "cache") != identities_.of_cache(cache.path)) return;
  throw DataError(
      fmt::format("the cache {} at {} was built by other options, or from another data set, than [cache.{}] "
                  "says now; delete it, and it is built anew, or give another path.",
                  shown(cache.name), shown(cache.path), cache.name));
}

fs::path Inputs::cache(const std::string& name) {
  return path_of(named(experiment_.caches, name));
}

void Inputs::require_files(const std::vector<Cell>& cells) {
  for (const DataSet& data : experiment_.data)
    if (!data.demo && is_missing(data.path)) throw not_there("data set", data.name, data.path);
  for (const Cache& cache : experiment_.caches) {
    if (!cache.path.empty() && !is_missing(cache.path)) {
      if (cache.build) require_as_it_would_be_built(cache);
      continue;
    }
    if (!cache.build) throw not_there("cache", cache.name, cache.path);
    require_files_of(*cache.build);
  }
  for (const Cell& cell : cells)
    require_files_of(cell.train);
}

std::optional<Step> Inputs::next_step() {
  for (const DataSet& data : experiment_.data)
    if (const fs::path path = path_of(data); is_missing(path)) {
      if (!data.demo) throw not_there("data set", data.name, path);
      return drawing(data, path);
    }
  for (const Cache& cache : experiment_.caches)
    if (const fs::path path = path_of(cache); is_missing(path)) {
      if (!cache.build) throw not_there("cache", cache.name, path);
      return building(cache, path);
    }
  return std::nullopt;
}

Step Inputs::drawing(const DataSet& data, const fs::path& path) const {
  Step step{.what = "drawing the data set " + data.name,
            .words = {"dataset", "demo", "--out=" + path.string()},
            .log = experiment_.folder / (as_file_name("data_" + data.name) + ".log"),
            .folder = data.path.empty() ? path.parent_path() : fs::path()};
  add(step.words, words_of(*data.demo));
  return step;
}

Step Inputs::building(const Cache& cache, const fs::path& path) {
  Step step{.what = "building the cache " + cache.name,
            .words = {"cache", "build", "--data=" + path_of(named(experiment_.data, cache.data)).string(),
                      "--out=" + path.string(),
                      // A task of an array would take itself for one of many that build it.
                      "--shard=1/1"},
            .log = experiment_.folder / (as_file_name("cache_" + cache.name) + ".log"),
            .folder = cache.path.empty() ? path.parent_path() : fs::path(),
            .lock = fs::path(path.string() + ".parts") / "lock"};
  add(step.words, words_of(*cache.build));
  add(step.words, plugin_words(experiment_));
  if (!cache.path.empty())
    step.finish = [this, memory = memory_of(cache), path, key = key_of(cache)](const ChildEnd&) {
      write_record(memory, {{"path", path.string()}, {"key", key}, {"cache", identities_.of_cache(path)}});
    };
  return step;
}

std::vector<std::string> Inputs::words_for(const Cell& cell) {
  std::vector<std::string> words = {"--data=" + path_of(named(experiment_.data, cell.data)).string()};
  for (const std::string& name : cell.caches)
    words.push_back("--cache=" + cache(name).string());
  return words;
}

const datasets::Dataset& Inputs::data_of(const Cell& cell) {
  const std::string reading = reading_of(cell);
  const auto found = data_.find(reading);
  if (found != data_.end()) return found->second;
  const fs::path path = path_of(named(experiment_.data, cell.data));
  return data_.emplace(reading, datasets::read(path, cell.config.reading)).first->second;
}

}  // namespace tagloom::experiment
