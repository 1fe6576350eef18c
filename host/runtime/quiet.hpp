#pragma once

/// How much a user wants to hear: results and errors alone (`--quiet`: no progress, no remarks, no warnings),
/// or also how they came about (`--verbose`).

namespace tagloom::runtime {

/// Once, before a command begins; for the whole process.
void be_quiet();

[[nodiscard]] bool is_quiet();

/// Once, before a command begins; for the whole process.
void be_verbose();

[[nodiscard]] bool is_verbose();

}  // namespace tagloom::runtime
