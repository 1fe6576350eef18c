#pragma once

/// Whether a user wants results and errors alone (`--quiet`): no progress, no remarks, no warnings.

namespace tagloom::runtime {

/// Once, before a command begins; for the whole process.
void be_quiet();

[[nodiscard]] bool is_quiet();

}  // namespace tagloom::runtime
