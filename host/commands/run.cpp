#include "commands/commands.hpp"
#include "runtime/abandoned.hpp"
#include "runtime/crash.hpp"
#include "runtime/early_exit.hpp"
#include "runtime/exceptions.hpp"
#include "runtime/interrupt.hpp"
#include "runtime/output.hpp"

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

using Commands = std::vector<Command>;

std::string listed(const Commands& all, std::string_view first_word = {}) {
  std::string lines;
  for (const Command& command : all)
    if (command.name.starts_with(first_word))
      lines += fmt::format("\n  {:<16} {}", command.name, command.summary);
  return lines;
}

void print_help(const Commands& all) {
  runtime::print(
      "tagloom {}: tags images with label sequences\n\nusage: tagloom <command> [options]\n{}\n\n"
      "`tagloom <command> --help` shows a command's options, `tagloom man <command>` its manual page. "
      "--verbose shows errors in full.\n",
      TAGLOOM_VERSION, listed(all));
}

const Command* command_named(const Commands& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &Command::name);
  return found == all.end() ? nullptr : &*found;
}

bool begins_a_command(const Commands& all, const std::string& word) {
  return std::ranges::any_of(all,
                             [&](const Command& command) { return command.name.starts_with(word + " "); });
}

/// Where the second word of a command stands among its arguments: first, or behind options.
Arguments::iterator second_word(const Commands& all, const std::string& first, Arguments& rest) {
  const auto is_second = [&](const std::string& word) {
    return command_named(all, first + " " + word) != nullptr;
  };
  if (rest.empty() || !rest[0].starts_with("-")) return rest.begin();
  const auto found = std::ranges::find_if(rest, is_second);
  return found == rest.end() ? rest.begin() : found;
}

/// A command of two words, of which the first is known.
void call_of(const Commands& all, const std::string& first, Arguments rest) {
  if (rest.empty()) throw UsageError(fmt::format("Say which of these you want:{}", listed(all, first + " ")));
  const auto second = second_word(all, first, rest);
  if (const Command* const command = command_named(all, first + " " + *second)) {
    rest.erase(second);
    command->run(*command, rest);
  } else if (*second == "--help" || *second == "-h") {
    runtime::print("{}\n\n`tagloom {} COMMAND --help` shows the options.\n", listed(all, first + " "), first);
  } else {
    throw UsageError(
        fmt::format("There is no \"{} {}\"; there is:{}", first, shown(*second), listed(all, first + " ")));
  }
}

void call(const Program& program, const Arguments& arguments) {
  const Commands& all = program.commands;
  const std::string first = arguments.empty() ? "--help" : arguments[0];
  const Command* const command = command_named(all, first);
  if (first == "--help" || first == "-h" || first == "help") return print_help(all);
  if (first == "--version") return runtime::print("tagloom {}\n", TAGLOOM_VERSION);
  if (command == nullptr && !begins_a_command(all, first))
    throw UsageError(fmt::format("there is no command \"{}\"; `tagloom --help` lists them.", shown(first)));
  const runtime::RefuseEarlyExit refuse;
  program.prepare();
  Arguments rest(arguments.begin() + 1, arguments.end());
  if (command == nullptr) return call_of(all, first, std::move(rest));
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
int status_of(const Program& program, const std::string& who, const Arguments& arguments, bool verbose) {
  const auto failed = [&](const Error& error, int status) {
    runtime::print_error("{}: {}\n", who, error.what());
    if (verbose) print_causes(error);
    return status;
  };
  try {
    call(program, arguments);
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

int run(const Program& program, int argc, char** argv) {
  Arguments arguments(argv + std::min(argc, 1), argv + argc);
  const bool verbose = std::erase(arguments, "--verbose") > 0;
  const bool known = !arguments.empty() && (command_named(program.commands, arguments[0]) != nullptr ||
                                            begins_a_command(program.commands, arguments[0]));
  const std::string who = known ? "tagloom " + arguments[0] : "tagloom";
  runtime::watch_interrupts(who);
  runtime::watch_crashes(who);
  const int status = status_of(program, who, arguments, verbose);
  runtime::ignore_interrupts();
  if (runtime::leaves_without_joining()) {
    runtime::flush_output();
    std::_Exit(status);
  }
  return status;
}

}  // namespace tagloom::commands
