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
#include <string>
#include <string_view>
#include <utility>

namespace tagloom::commands {
namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;

std::string listed(std::string_view first_word = {}) {
  std::string lines;
  for (const Command& command : commands())
    if (command.name.starts_with(first_word))
      lines += fmt::format("\n  {:<16} {}", command.name, command.summary);
  return lines;
}

void print_help() {
  runtime::print(
      "tagloom {}: tags images with label sequences\n\nusage: tagloom <command> [options]\n{}\n\n"
      "`tagloom <command> --help` shows a command's options, `tagloom man <command>` its manual page. "
      "--verbose shows errors in full.\n",
      TAGLOOM_VERSION, listed());
}

const Command* command_named(std::string_view name) {
  const auto found = std::ranges::find(commands(), name, &Command::name);
  return found == commands().end() ? nullptr : &*found;
}

bool begins_a_command(const std::string& word) {
  return std::ranges::any_of(commands(),
                             [&](const Command& command) { return command.name.starts_with(word + " "); });
}

/// Where the second word of a command stands among its arguments: first, or behind options.
Arguments::iterator second_word(const std::string& first, Arguments& rest) {
  const auto is_second = [&](const std::string& word) {
    return command_named(first + " " + word) != nullptr;
  };
  if (rest.empty() || !rest[0].starts_with("-")) return rest.begin();
  const auto found = std::ranges::find_if(rest, is_second);
  return found == rest.end() ? rest.begin() : found;
}

/// A command of two words, of which the first is known.
void call_of(const std::string& first, Arguments rest) {
  if (rest.empty()) throw UsageError(fmt::format("Say which of these you want:{}", listed(first + " ")));
  const auto second = second_word(first, rest);
  if (const Command* const command = command_named(first + " " + *second)) {
    rest.erase(second);
    command->run(*command, rest);
  } else if (*second == "--help" || *second == "-h") {
    runtime::print("{}\n\n`tagloom {} COMMAND --help` shows the options.\n", listed(first + " "), first);
  } else {
    throw UsageError(
        fmt::format("There is no \"{} {}\"; there is:{}", first, shown(*second), listed(first + " ")));
  }
}

void call(const Arguments& arguments) {
  const std::string first = arguments.empty() ? "--help" : arguments[0];
  const Command* const command = command_named(first);
  if (first == "--help" || first == "-h" || first == "help") return print_help();
  if (first == "--version") return runtime::print("tagloom {}\n", TAGLOOM_VERSION);
  if (command == nullptr && !begins_a_command(first))
    throw UsageError(fmt::format("there is no command \"{}\"; `tagloom --help` lists them.", shown(first)));
  const runtime::RefuseEarlyExit refuse;
  runtime::prepare_process();
  runtime::ask_for_memory_to_begin();
  Arguments rest(arguments.begin() + 1, arguments.end());
  if (command == nullptr) return call_of(first, std::move(rest));
  command->run(*command, rest);
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
int status_of(const std::string& who, const Arguments& arguments, bool verbose) {
  const auto failed = [&](const Error& error, int status) {
    runtime::print_error("{}: {}\n", who, error.what());
    if (verbose) print_causes(error);
    return status;
  };
  try {
    call(arguments);
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
  const bool known =
      !arguments.empty() && (command_named(arguments[0]) != nullptr || begins_a_command(arguments[0]));
  const std::string who = known ? "tagloom " + arguments[0] : "tagloom";
  runtime::watch_interrupts(who);
  const int status = status_of(who, arguments, verbose);
  runtime::ignore_interrupts();
  if (runtime::leaves_without_joining()) {
    runtime::flush_output();
    std::_Exit(status);
  }
  return status;
}

}  // namespace tagloom::commands
