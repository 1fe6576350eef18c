#pragma once

/// An experiment: which methods are trained on which features with which options and seeds, by which searches
/// they are scored, what they are compared with, and what is required of them. docs/experiments.md describes
/// the file that it is read from (read_experiment.hpp).

#include "experiment/given_options.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace tagloom::experiment {

struct DataSet {
  std::string name;
  std::filesystem::path path;
  /// The same as the file says it, wherever the program was started.
  std::filesystem::path written = {};
  /// Options of `dataset demo`, if it is a demo set, which is drawn when missing.
  std::optional<GivenOptions> demo;
};

struct Cache {
  std::string name;
  /// Which data set it is of.
  std::string data;
  /// Empty: in the experiment's folder, under a name that follows from its options.
  std::filesystem::path path;
  /// Options of `cache build`, by which it is built when missing; nothing if it has to be there.
  std::optional<GivenOptions> build;
};

struct Method {
  std::string name;
  /// Names of caches: those whose features are read as one, and other views of the same images.
  std::vector<std::string> caches;
  std::vector<std::string> views;
  GivenOptions train;
};

/// Options that all methods, or some, are trained with in turn.
struct Variant {
  /// Empty for the only one.
  std::string name;
  /// Names of methods; empty: all.
  std::vector<std::string> methods;
  std::vector<std::uint64_t> seeds;
  /// Those that are scored.
  std::vector<std::string> splits;
  GivenOptions train;
};

struct Search {
  std::string name;
  /// Options of `evaluate`.
  GivenOptions options;
};

/// "ria.per_class.f1 >= 0.36".
struct Bound {
  std::string text;
  /// The method that it is about; empty: all.
  std::string method;
  /// As docs/scores.md names it in JSON.
  std::string figure;
  /// ">=", "<=", ">" or "<".
  std::string comparison;
  double value = 0;
};

struct Experiment {
  std::string title;
  /// Where everything goes that is made.
  std::filesystem::path folder;
  std::vector<DataSet> data;
  std::vector<Cache> caches;
  std::vector<Method> methods;
  std::vector<Variant> variants;
  std::vector<Search> searches;
  /// The method that others are compared with; empty: none.
  std::string baseline;
  /// The figure whose difference tables show.
  std::string figure = "per_class.f1";
  std::vector<Bound> require;
  /// Looked for plugins first.
  std::vector<std::filesystem::path> plugins;
};

/// Those of a list that have the name; it must be there.
template <class Item>
[[nodiscard]] const Item& named(const std::vector<Item>& items, const std::string& name) {
  for (const Item& item : items)
    if (item.name == name) return item;
  throw std::out_of_range("nothing is called " + name);
}

}  // namespace tagloom::experiment
