#pragma once

/// Whether an option that a plugin declares can be used by anybody.

#include <tagloom/options.hpp>

#include <string>

namespace tagloom::registry {

/// Why nobody could set it, or leave it as it is, as the end of "declares the option X ...": a name that
/// `--set` has no room for, a default out of its own range, choices of a number. Empty if it is a good one.
[[nodiscard]] std::string why_unusable(const OptionSpec& option);

}  // namespace tagloom::registry
