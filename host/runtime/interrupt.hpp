#pragma once

/// What signals do to a command, from its first moment to its last. Where nothing is at stake they end it at
/// once, wherever it waits; where an EndsInGoodOrder lives (base/interrupt.hpp) they leave the note that it
/// asks for. All of them mean the same: Ctrl-C (SIGINT), `kill` (SIGTERM), a terminal that is gone (SIGHUP,
/// unless `nohup` had it ignored), what batch systems send before a job's time is over (SIGUSR1, SIGUSR2,
/// SIGXCPU), and a reader of standard output that left (SIGPIPE). docs/exit-status.md tells users.

#include <string>

namespace tagloom::runtime {

/// Takes over the signals. `who` begins what is said of one ("tagloom train").
void watch_interrupts(const std::string& who);

/// What a command had to say is said, and its status known: no signal adds to it from here on.
void ignore_interrupts();

/// True once one of them has left its note.
bool interrupted();

/// The exit status of a command that a signal stopped: 128 and the signal's number. A process that stops
/// because another of its group was told to ends as if it had been told by SIGTERM.
int interrupted_status();

/// Ends the process with this status, from any thread, after a last sentence.
[[noreturn]] void end_interrupted(const std::string& sentence);

}  // namespace tagloom::runtime
