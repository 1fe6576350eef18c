#pragma once

/// Reads an experiment's file.

#include "experiment/experiment.hpp"
#include "options/option.hpp"

#include <filesystem>
#include <vector>

namespace tagloom::experiment {

/// The options of the commands that an experiment is made of.
struct CommandOptions {
  std::vector<options::Option> demo;
  std::vector<options::Option> build;
  std::vector<options::Option> train;
  std::vector<options::Option> evaluate;
};

/// Paths in the file are relative to `base`; the experiment's folder is `folder`, unless that is empty and
/// the file says which. Throws DataError if the file cannot be read; UsageError, with the line, for whatever
/// in it is wrong by itself: an unknown key, option or name, a value that an option does not take.
[[nodiscard]] Experiment read_experiment(const std::filesystem::path& path, const std::filesystem::path& base,
                                         const std::filesystem::path& folder, const CommandOptions& commands);

}  // namespace tagloom::experiment
