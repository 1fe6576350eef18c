#pragma once

/// The end of a log, which may be growing.

#include <filesystem>
#include <string>

namespace tagloom::experiment {

/// The last lines that are not empty, so many at most, in one; of long ones the beginning. Empty where there
/// are none, or there is no log.
[[nodiscard]] std::string last_lines_in(const std::filesystem::path& log, int most);

/// Why the last process failed that wrote into a log: the sentence of the error that it ended with, and what
/// stands below; its last lines where there is none, as of one that crashed.
[[nodiscard]] std::string failure_in(const std::filesystem::path& log);

}  // namespace tagloom::experiment
