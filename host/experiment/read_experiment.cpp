#include "experiment/read_experiment.hpp"

#include "experiment/bound.hpp"
#include "experiment/record.hpp"
#include "experiment/section.hpp"

#include <tagloom/base/name.hpp>
#include <tagloom/base/nearest.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

namespace tagloom::experiment {
namespace {

template <class Item>
std::vector<std::string> names_of(const std::vector<Item>& items) {
  std::vector<std::string> names;
  for (const Item& item : items)
    names.push_back(item.name);
  return names;
}

/// Results are called after searches.
std::vector<std::string> file_names_of(const std::vector<Search>& searches) {
  std::vector<std::string> names;
  for (const Search& search : searches)
    names.push_back(as_file_name(search.name));
  return names;
}

class ExperimentReader {
 public:
  ExperimentReader(const TomlFile& file, const CommandOptions& commands)
      : whole_(file), commands_(commands) {}

  Experiment read(const std::filesystem::path& folder) {
    whole_.allow({"title", "folder", "seeds", "splits", "baseline", "figure", "require", "plugins", "data",
                  "cache", "options", "train", "method", "variant", "vary", "search"});
    made_.title = whole_.text("title", whole_.file().path.stem().string());
    made_.folder = !folder.empty() ? folder
                   : whole_.has("folder")
                       ? whole_.path("folder")
                       : beside(whole_.file(), whole_.file().path.stem().string() + ".results");
    for (const std::string& plugins : whole_.texts("plugins"))
      made_.plugins.push_back(beside(whole_.file(), plugins));
    read_data();
    read_caches();
    read_methods();
    read_variants();
    read_searches();
    read_judgement();
    return std::move(made_);
  }

 private:
  /// What a key names.
  static std::string thing_named_by(const std::string& key) {
    if (key == "with") return "group of options";
    if (key == "splits") return "split";
    if (key == "data") return "data set";
    if (key == "view") return "cache";
    return key == "baseline" || key == "methods" ? "method" : key;
  }
  /// Throws for a name that is none of `known`.
  static void check_known(const Section& section, const std::string& key, const std::string& name,
                          const std::vector<std::string>& known) {
    if (std::ranges::find(known, name) != known.end()) return;
    const std::string those = known.empty() ? "none at all" : fmt::format("{}", fmt::join(known, ", "));
    throw section.wrong(key, fmt::format("there is no {} \"{}\"{}; there is {}.", thing_named_by(key),
                                         shown(name), did_you_mean(name, known), those));
  }
  static void check_unique(const Section& section, const std::vector<std::string>& names) {
    const std::string& name = names.back();
    if (name.empty())
      throw section.wrong("a name with letters or digits is missing: give it one, name = \"...\".");
    if (std::ranges::count(names, name) > 1)
      throw section.wrong("name", fmt::format("there are two of the name \"{}\"; rename one.", shown(name)));
  }

  void read_data() {
    for (const auto& [name, section] : whole_.named_tables("data")) {
      section.allow({"path", "demo"});
      DataSet data{.name = name,
                   .path = section.path("path"),
                   .written = std::filesystem::path(section.text("path")).lexically_normal(),
                   .demo = {}};
      if (section.has("demo"))
        data.demo = options_in(section.table("demo"),
                               {.command = "dataset demo", .options = commands_.demo, .taken = {"out"}});
      else if (data.path.empty())
        throw section.wrong("path = \"...\" is missing, which says where the data set is.");
      made_.data.push_back(std::move(data));
    }
    if (made_.data.empty()) throw whole_.wrong("it has no data set; add [data.NAME] with path = \"...\".");
  }

  void read_caches() {
    const auto data = names_of(made_.data);
    for (const auto& [name, section] : whole_.named_tables("cache")) {
      section.allow({"data", "path", "build"});
      Cache cache{.name = name,
                  .data = section.text("data", data.front()),
                  .path = section.path("path"),
                  .build = {}};
      check_known(section, "data", cache.data, data);
      if (section.has("build"))
        cache.build = options_in(section.table("build"),
                                 {.command = "cache build",
                                  .options = commands_.build,
                                  .taken = {"data", "images", "out", "append", "shard", "plugin-dir"},
                                  .kinds = {"encoder"}});
      else if (cache.path.empty())
        throw section.wrong(
            "give path = \"...\" of a cache that is there, or [cache.NAME.build] with options.");
      made_.caches.push_back(std::move(cache));
    }
    if (made_.caches.empty()) throw whole_.wrong("it has no cache; add [cache.NAME].");
  }

  [[nodiscard]] KnownOptions train_options(std::vector<std::string> own) const {
    return {
        .command = "train",
        .options = commands_.train,
        .taken = {"data", "out", "resume", "overwrite", "plugin-dir", "seed", "cache", "view", "tensorboard"},
        .own = std::move(own),
        .kinds = {"decoder", "classifier", "ordering", "loss", "multilabel_loss"}};
  }

  /// `cache` and `view` name caches of this file here.
  void read_features(const Section& section, Method& method) const {
    const auto known = names_of(made_.caches);
    for (const auto& [key, names] : {std::pair("cache", &method.caches), std::pair("view", &method.views)}) {
      if (section.has(key)) *names = section.texts(key);
      for (const std::string& name : *names)
        check_known(section, key, name, known);
    }
    if (method.caches.empty()) throw section.wrong("cache", "cache is an empty list; name a cache.");
  }

  void read_methods() {
    Method usual{.name = {}, .caches = {made_.caches.front().name}, .views = {}, .train = {}};
    const Section train = whole_.table("train");
    read_features(train, usual);
    usual.train = options_in(train, train_options({"cache", "view"}));
    const auto groups = whole_.named_tables("options");
    std::vector<std::string> known;
    for (const auto& [name, section] : groups)
      known.push_back(name);
    for (const Section& section : whole_.tables("method")) {
      Method method = usual;
      method.name = section.text("name");
      read_features(section, method);
      for (const std::string& group : section.texts("with")) {
        check_known(section, "with", group, known);
        for (const auto& [name, options] : groups)
          if (name == group) method.train = layered(method.train, options_in(options, train_options({})));
      }
      method.train =
          layered(method.train, options_in(section, train_options({"name", "with", "cache", "view"})));
      made_.methods.push_back(std::move(method));
      check_unique(section, names_of(made_.methods));
    }
    if (made_.methods.empty()) throw whole_.wrong("it has no method; add [[method]] with name = \"...\".");
  }

  void read_variants() {
    Variant usual;
    usual.seeds = seeds_of(whole_, {1});
    usual.splits = splits_of(whole_, {"test"});
    for (const Section& section : whole_.tables("variant")) {
      Variant variant = usual;
      variant.name = section.text("name");
      variant.methods = section.texts("methods");
      for (const std::string& method : variant.methods)
        check_known(section, "methods", method, names_of(made_.methods));
      variant.seeds = seeds_of(section, usual.seeds);
      variant.splits = splits_of(section, usual.splits);
      variant.train = options_in(section, train_options({"name", "methods", "seeds", "splits"}));
      made_.variants.push_back(std::move(variant));
      check_unique(section, names_of(made_.variants));
    }
    if (made_.variants.empty()) made_.variants.push_back(usual);
    vary();
  }

  /// `[vary]`: every combination of the values, with each variant.
  void vary() {
    const Section section = whole_.table("vary");
    for (const auto& [key, values] : section.values().items()) {
      if (!values.is_array() || values.empty())
        throw section.wrong(key, fmt::format("{} must be a list of values that are taken in turn.", key));
      check_each_once(section, key);
      std::vector<Variant> combined;
      for (const Variant& variant : made_.variants)
        for (const auto& value : values)
          combined.push_back(varied(variant, section, key, value));
      made_.variants = std::move(combined);
    }
  }

  [[nodiscard]] Variant varied(Variant variant, const Section& section, const std::string& key,
                               const nlohmann::ordered_json& value) const {
    TomlFile file = section.file();
    file.values = nlohmann::ordered_json::object();
    file.lines.clear();
    // "set.decoder.hidden" in quotes is a component's option.
    const auto first = key.find('.');
    const auto second = first == std::string::npos ? first : key.find('.', first + 1);
    if (second != std::string::npos && key.starts_with("set."))
      file.values["set"][key.substr(first + 1, second - first - 1)][key.substr(second + 1)] = value;
    else
      file.values[key] = value;
    GivenOptions options = options_in(Section(file), train_options({}));
    for (GivenOption& option : options)
      option.place = section.place_of(key);
    variant.train = layered(variant.train, options);
    const std::string shown_key = second == std::string::npos ? key : key.substr(first + 1);
    variant.name += fmt::format("{}{} {}", variant.name.empty() ? "" : ", ", shown_key,
                                value.is_string() ? value.get<std::string>() : value.dump());
    return variant;
  }

  /// What is there twice would count twice in every mean.
  static void check_each_once(const Section& section, const std::string& key) {
    std::set<std::string> known;
    for (const auto& value : section.values().at(key))
      if (!known.insert(value.dump()).second)
        throw section.wrong(key, fmt::format("{} has {} twice; remove one.", key, shown(value.dump())));
  }
  static std::vector<std::uint64_t> seeds_of(const Section& section, std::vector<std::uint64_t> usual) {
    if (!section.has("seeds")) return usual;
    std::vector<std::uint64_t> seeds = section.numbers("seeds");
    check_each_once(section, "seeds");
    return seeds;
  }
  static std::vector<std::string> splits_of(const Section& section, std::vector<std::string> usual) {
    if (!section.has("splits")) return usual;
    if (section.texts("splits").empty())
      throw section.wrong("splits", "splits is an empty list; name what is to be scored.");
    for (const std::string& split : section.texts("splits"))
      check_known(section, "splits", split, {"train", "validation", "test"});
    check_each_once(section, "splits");
    return section.texts("splits");
  }

  void read_searches() {
    const KnownOptions known{
        .command = "evaluate",
        .options = commands_.evaluate,
        .taken = {"checkpoint", "data", "cache", "split", "json", "label-csv", "attention", "plugin-dir"},
        .own = {"name"}};
    for (const Section& section : whole_.tables("search")) {
      made_.searches.push_back({.name = section.text("name"), .options = options_in(section, known)});
      check_unique(section, names_of(made_.searches));
      check_unique(section, file_names_of(made_.searches));
    }
    if (made_.searches.empty()) made_.searches.push_back({.name = "greedy", .options = {}});
  }

  void read_judgement() {
    made_.baseline = whole_.text("baseline");
    if (!made_.baseline.empty()) check_known(whole_, "baseline", made_.baseline, names_of(made_.methods));
    made_.figure = whole_.text("figure", made_.figure);
    auto compared = known_figures();
    // No draw of images is scored by these two.
    std::erase_if(compared,
                  [](const std::string& name) { return name == "map" || name.starts_with("bands"); });
    check_known(whole_, "figure", made_.figure, compared);
    for (const std::string& text : whole_.texts("require")) {
      try {
        made_.require.push_back(bound_in(text, made_.methods));
      } catch (const UsageError& error) {
        throw whole_.wrong("require", error.what());
      }
    }
  }

  Section whole_;
  const CommandOptions& commands_;
  Experiment made_;
};

}  // namespace

Experiment read_experiment(const std::filesystem::path& path, const std::filesystem::path& base,
                           const std::filesystem::path& folder, const CommandOptions& commands) {
  const TomlFile file = read_toml(path, base);
  return ExperimentReader(file, commands).read(folder);
}

}  // namespace tagloom::experiment
