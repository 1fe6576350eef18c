#pragma once

#include <string>

namespace tagloom::experiment {

/// Throws the error that a command ends with this status for (docs/exit-status.md): of data and of usage,
/// and for all other ways to fail, crashes among them, Error itself.
[[noreturn]] void fail_as(int status, const std::string& sentence);

}  // namespace tagloom::experiment
