#pragma once

/// What a command reads and what it writes, known in one place before anything is computed: an output that
/// would destroy an input is refused, and so is one that could not be written in the end.

#include "commands/arguments.hpp"

#include <string>
#include <vector>

namespace tagloom::commands {

/// All but reports have files beside them while they are made.
enum class OutputKind { report, annotations, cache, checkpoint };

/// An option that names a file to write.
struct OutputOption {
  std::string option;
  OutputKind kind = OutputKind::report;
};

/// Checks the files that the options `outputs` name: all of a command, at once. Throws UsageError if one of
/// them, or a file beside it, cannot be written, its folder is not there, or it has the name of what another
/// option reads or writes: a file, one of a data set or of a plugin folder.
void prepare_outputs(const po::variables_map& values, const std::vector<OutputOption>& outputs);
/// The same of outputs of one kind.
void prepare_outputs(const po::variables_map& values, OutputKind kind,
                     const std::vector<std::string>& outputs);

}  // namespace tagloom::commands
