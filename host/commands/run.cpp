#include "commands/commands.hpp"
#include "commands/find.hpp"
#include "commands/help.hpp"
#include "runtime/abandoned.hpp"
#include "runtime/crash.hpp"
#include "runtime/early_exit.hpp"
#include "runtime/exceptions.hpp"
#include "runtime/exit_status.hpp"
#include "runtime/interrupt.hpp"
#include "runtime/missed_bound.hpp"
#include "runtime/output.hpp"
#include "runtime/quiet.hpp"

#include <tagloom/base/brief.hpp>
#include <tagloom/base/error.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/nearest.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tagloom::commands {
namespace {

using Commands = std::vector<Command>;

/// The words that may follow the first word of commands of two.
std::vector<std::string> second_words(const Commands& all, const std::string& first) {
  std::vector<std::string> words;
  for (const Command& command : all)
    if (command.name.starts_with(first + " ")) words.emplace_back(command.name.substr(first.size() + 1));
  return words;
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

void start(const Program& program, const Command& command, const Arguments& rest) {
  if (command.run != nullptr) {
    const runtime::RefuseEarlyExit refuse;
    program.prepare();
    command.run(command, rest);
  } else if (command.read(command, rest)) {
    program.hand_over();
  }
}

/// A command of two words, of which the first is known.
void start_second(const Program& program, const std::string& first, Arguments rest) {
  const Commands& all = program.commands;
  const auto known = second_words(all, first);
  if (rest.empty())
    throw UsageError(
        fmt::format("`tagloom {}` is not all of it; say which: {}.", first, fmt::join(known, ", ")));
  const auto second = second_word(all, first, rest);
  if (const Command* const command = command_named(all, first + " " + *second)) {
    rest.erase(second);
    start(program, *command, rest);
  } else if (*second == "--help" || *second == "-h") {
    print_help(all, first);
  } else {
    throw UsageError(fmt::format("there is no command \"{} {}\"{}; there is: {}.", first, shown(*second),
                                 did_you_mean(*second, known), fmt::join(known, ", ")));
  }
}

void call(const Program& program, const Arguments& arguments) {
  const Commands& all = program.commands;
  const std::string first = arguments.empty() ? "--help" : arguments[0];
  if (first == "--help" || first == "-h") return print_help(all);
  if (first == "--version") return runtime::print("tagloom {}\n", TAGLOOM_VERSION);
  Arguments rest(arguments.begin() + 1, arguments.end());
  if (begins_a_command(all, first)) return start_second(program, first, std::move(rest));
  start(program, existing_command(all, first), rest);
}

void print_causes(const std::exception& error) {
  if (const std::string causes = runtime::causes(error); !causes.empty())
    runtime::print_error("caused by: {}", causes);
}

std::string unexpected(const std::exception& error, bool verbose) {
  if (runtime::ran_out_of_memory(error))
    return fmt::format("there is not enough memory; free some, or start with smaller batches or options{}",
                       verbose ? fmt::format(": {}", error.what()) : " (--verbose shows more).");
  return fmt::format("unexpected failure: {}{}", verbose ? error.what() : brief_what(error),
                     verbose ? "" : " (--verbose shows all of it).");
}

/// The exit status, after the sentence that goes with it.
int status_of(const Program& program, const std::string& who, const Arguments& arguments, bool verbose) {
  const auto failed = [&](const Error& error, int status) {
    runtime::print_failure(who, error.what());
    if (verbose) print_causes(error);
    return status;
  };
  try {
    call(program, arguments);
    runtime::check_output();
    return arguments.empty() ? runtime::kUsage : runtime::kDone;
  } catch (const Interrupted& error) {
    return failed(error, runtime::interrupted_status());
  } catch (const UsageError& error) {
    return failed(error, runtime::kUsage);
  } catch (const DataError& error) {
    return failed(error, runtime::kData);
  } catch (const runtime::MissedBound& error) {
    return failed(error, runtime::kMissed);
  } catch (const Error& error) {
    return failed(error, runtime::kFailed);
  } catch (const std::exception& error) {
    runtime::print_failure(who, as_sentence(unexpected(error, verbose)));
  } catch (...) {
    runtime::print_failure(who, "unexpected failure: what was thrown says nothing of itself.");
  }
  return runtime::kFailed;
}

}  // namespace

int run(const Program& program, int argc, char** argv) {
  Arguments arguments(argv + std::min(argc, 1), argv + argc);
  const bool verbose = std::erase(arguments, "--verbose") > 0;
  if (verbose) runtime::be_verbose();
  if (std::erase(arguments, "--quiet") > 0) runtime::be_quiet();
  const bool known = !arguments.empty() && (command_named(program.commands, arguments[0]) != nullptr ||
                                            begins_a_command(program.commands, arguments[0]));
  const std::string who = known ? "tagloom " + arguments[0] : "tagloom";
  runtime::watch_interrupts(who);
  runtime::watch_crashes(who);
  const int status = status_of(program, who, arguments, verbose);
  runtime::ignore_interrupts();
  if (runtime::leaves_without_joining()) {
    runtime::flush_output();
    runtime::end_now(status);
  }
  return status;
}

}  // namespace tagloom::commands
