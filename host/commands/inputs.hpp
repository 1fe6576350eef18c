#pragma once

/// What a command reads, as its options say: the one list, so that no command forgets to spare a file.

#include "commands/arguments.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::commands {

struct Inputs {
  /// Also those that need not be there, and folders of which more is read.
  std::vector<std::filesystem::path> paths;
  /// Folders of data sets: every file below is theirs.
  std::vector<std::filesystem::path> image_folders;
};

/// Everything that the options of a command may have it read: data sets, caches, checkpoints, word vectors,
/// weights, plugins, the file of `--config`.
Inputs inputs_of(const po::variables_map& values);

}  // namespace tagloom::commands
