#include "commands/commands.hpp"
#include "runtime/abandoned.hpp"
#include "runtime/early_exit.hpp"
#include "runtime/exceptions.hpp"
#include "runtime/interrupt.hpp"
#include "runtime/memory.hpp"
#include "runtime/output.hpp"
#include "runtime/process.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <iterator>
#include <string>
#include <string_view>

namespace tagloom::commands {
namespace {

struct Command {
  std::string_view name;
  std::string_view summary;
  void (*call)(const Arguments&);
};

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;

constexpr Command kCommands[] = {
    {"dataset", "make the demo set, describe a data set", dataset},
    {"cache", "turn images into cached features; describe a cache", cache},
    {"train", "train a decoder on cached features", train},
    {"evaluate", "score checkpoints on a data set", evaluate},
    {"plugins", "list plugins, show one with its options", plugins},
    {"info", "show version, threads and process settings", info},
};

void print_help() {
  runtime::print("tagloom {}: tags images with label sequences\n\nusage: tagloom <command> [options]\n\n",
                 TAGLOOM_VERSION);
  for (const Command& command : kCommands)
    runtime::print("  {:<10} {}\n", command.name, command.summary);
  runtime::print("\n`tagloom <command> --help` shows a command's options. --verbose shows errors in full.\n");
}

const Command* command_named(std::string_view name) {
  const auto* const found = std::ranges::find(kCommands, name, &Command::name);
  return found == std::end(kCommands) ? nullptr : found;
}

void call(const Command* command, const Arguments& arguments) {
  if (command != nullptr) {
    const runtime::RefuseEarlyExit refuse;
    runtime::prepare_process();
    runtime::ask_for_memory_to_begin();
    command->call(Arguments(arguments.begin() + 1, arguments.end()));
  } else if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h" ||
             arguments[0] == "help") {
    print_help();
  } else if (arguments[0] == "--version") {
    runtime::print("tagloom {}\n", TAGLOOM_VERSION);
  } else {
    throw UsageError(
        fmt::format("there is no command \"{}\"; `tagloom --help` lists them.", shown(arguments[0])));
  }
}

void print_causes(const std::exception& error) {
  if (const std::string causes = runtime::causes(error); !causes.empty())
    runtime::print_error("caused by: {}", causes);
}

std::string unexpected(const std::exception& error, bool verbose) {
  if (runtime::ran_out_of_memory(error))
    return fmt::format("there is not enough memory; free some, or start with smaller batches or options{}",
                       verbose ? fmt::format(": {}", error.what()) : " (--verbose shows more).");
  return fmt::format("unexpected failure: {}{}",
                     verbose ? std::string_view(error.what()) : runtime::first_line(error.what()),
                     verbose ? "" : " (--verbose shows all of it).");
}

/// The exit status, after the sentence that goes with it (docs/exit-status.md).
int status_of(const std::string& who, const Command* command, const Arguments& arguments, bool verbose) {
  const auto failed = [&](const Error& error, int status) {
    runtime::print_error("{}: {}\n", who, error.what());
    if (verbose) print_causes(error);
    return status;
  };
  try {
    call(command, arguments);
    runtime::check_output();
    return arguments.empty() ? kUsage : kDone;
  } catch (const Interrupted& error) {
    return failed(error, runtime::interrupted_status());
  } catch (const UsageError& error) {
    return failed(error, kUsage);
  } catch (const Error& error) {
    return failed(error, kFailed);
  } catch (const std::exception& error) {
    runtime::print_error("{}: {}\n", who, as_sentence(unexpected(error, verbose)));
  } catch (...) {
    runtime::print_error("{}: unexpected failure: what was thrown says nothing of itself.\n", who);
  }
  return kFailed;
}

}  // namespace

int run(int argc, char** argv) {
  Arguments arguments(argv + std::min(argc, 1), argv + argc);
  const bool verbose = std::erase(arguments, "--verbose") > 0;
  const Command* const command = arguments.empty() ? nullptr : command_named(arguments[0]);
  const std::string who = command == nullptr ? "tagloom" : fmt::format("tagloom {}", command->name);
  runtime::watch_interrupts(who);
  const int status = status_of(who, command, arguments, verbose);
  runtime::ignore_interrupts();
  if (runtime::leaves_without_joining()) {
    runtime::flush_output();
    std::_Exit(status);
  }
  return status;
}

}  // namespace tagloom::commands
