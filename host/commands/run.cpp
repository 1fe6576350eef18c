#include "commands/commands.hpp"
#include "runtime/early_exit.hpp"
#include "runtime/exceptions.hpp"
#include "runtime/process.hpp"

#include <tagloom/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <iterator>
#include <string_view>

namespace tagloom::commands {
namespace {

struct Command {
  std::string_view name;
  std::string_view summary;
  void (*call)(const Arguments&);
};

constexpr Command kCommands[] = {
    {"dataset", "make the demo set, describe a data set", dataset},
    {"cache", "turn images into cached features; describe a cache", cache},
    {"train", "train a decoder on cached features", train},
    {"evaluate", "score checkpoints on a data set", evaluate},
    {"plugins", "list plugins, show one with its options", plugins},
    {"info", "show version, threads and process settings", info},
};

void print_help() {
  fmt::print("tagloom {}: tags images with label sequences\n\nusage: tagloom <command> [options]\n\n",
             TAGLOOM_VERSION);
  for (const Command& command : kCommands)
    fmt::print("  {:<10} {}\n", command.name, command.summary);
  fmt::print("\n`tagloom <command> --help` shows a command's options. --verbose shows errors in full.\n");
}

void print_causes(const std::exception& error) {
  if (const std::string causes = runtime::causes(error); !causes.empty())
    fmt::print(stderr, "caused by: {}", causes);
}

}  // namespace

int run(int argc, char** argv) {
  Arguments arguments(argv + 1, argv + argc);
  const bool verbose = std::erase(arguments, "--verbose") > 0;
  if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h" || arguments[0] == "help") {
    print_help();
    return arguments.empty() ? 2 : 0;
  }
  if (arguments[0] == "--version") {
    fmt::print("tagloom {}\n", TAGLOOM_VERSION);
    return 0;
  }
  const auto* const command =
      std::ranges::find_if(kCommands, [&](const Command& known) { return known.name == arguments[0]; });
  if (command == std::end(kCommands)) {
    fmt::print(stderr, "tagloom: there is no command \"{}\"; `tagloom --help` lists them.\n", arguments[0]);
    return 2;
  }
  arguments.erase(arguments.begin());
  const runtime::RefuseEarlyExit refuse;
  try {
    runtime::prepare_process();
    command->call(arguments);
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
      throw DataError(
          "standard output cannot be written; what was printed is lost, files that were named are whole.");
    return 0;
  } catch (const Error& error) {
    fmt::print(stderr, "tagloom {}: {}\n", command->name, error.what());
    if (verbose) print_causes(error);
    return dynamic_cast<const UsageError*>(&error) != nullptr ? 2 : 1;
  } catch (const std::exception& error) {
    const bool memory = runtime::ran_out_of_memory(error);
    fmt::print(stderr, "tagloom {}: {}: {}{}\n", command->name,
               memory ? "there is not enough memory; free some, or start with smaller batches or options"
                      : "unexpected failure",
               verbose ? std::string_view(error.what()) : runtime::first_line(error.what()),
               verbose ? "" : " (--verbose shows all of it)");
    return 1;
  }
}

}  // namespace tagloom::commands
