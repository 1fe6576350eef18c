#pragma once

/// The command line: `tagloom <command> [options]`. Each command maps its options onto a library call and
/// prints what came of it; no command computes anything itself.

#include <span>
#include <string>
#include <vector>

namespace tagloom::commands {

using Arguments = std::vector<std::string>;

/// Runs one command; returns the exit status: 0, 1 for a failure, 2 for a wrong command line. Never throws.
int run(int argc, char** argv);

void cache(const Arguments& arguments);
void dataset(const Arguments& arguments);
void evaluate(const Arguments& arguments);
void info(const Arguments& arguments);
void plugins(const Arguments& arguments);
void train(const Arguments& arguments);

}  // namespace tagloom::commands
