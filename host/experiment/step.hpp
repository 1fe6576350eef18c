#pragma once

#include "experiment/child.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace tagloom::experiment {

/// One process of an experiment: a command of tagloom, and what makes its result count once it has ended
/// well.
struct Step {
  /// For people: "training", "scoring, beam 10".
  std::string what;
  std::vector<std::string> words;
  std::filesystem::path log;
  /// A folder of the experiment's own that is made first; empty: none.
  std::filesystem::path folder = {};
  /// The lock that the command takes; empty if it takes none.
  std::filesystem::path lock = {};
  std::function<void(const ChildEnd&)> finish = [](const ChildEnd&) {};
  /// What is wrong with what the command read, a sentence; asked when it has failed, and empty for nothing.
  std::function<std::string()> damage = [] { return std::string(); };
};

}  // namespace tagloom::experiment
