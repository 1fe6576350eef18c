#pragma once

/// A crash is told in a sentence: which signal, in which plugin's library, and what it was asked for. The
/// process then ends as the system has it (128 and the signal's number, a core file where they are wanted).

#include <filesystem>
#include <string>

namespace tagloom::runtime {

/// Takes over SIGSEGV, SIGBUS, SIGILL, SIGFPE and SIGABRT. `who` begins the sentence ("tagloom train").
void watch_crashes(const std::string& who);

/// The same sentence of a process that a plugin ends without a crash: by `call`, "exit()". For whoever
/// notices it, in a handler, too.
void say_ended_by(const char* call) noexcept;

/// From here on a crash with this library among its callers names it; the first 64 libraries are known.
/// `within` is an address of its own, `component` what `plugins check` calls it by.
void name_in_crashes(const std::filesystem::path& library, const std::string& component, const void* within);

}  // namespace tagloom::runtime
