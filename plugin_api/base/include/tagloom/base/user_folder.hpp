#pragma once

/// Where tagloom keeps what it found out of a machine and can find out again.

#include <tagloom/base/export.hpp>

#include <filesystem>

namespace tagloom {

/// `XDG_CACHE_HOME/tagloom`, or `~/.cache/tagloom`; it need not be there. Empty where the user has neither.
[[nodiscard]] TAGLOOM_API std::filesystem::path user_cache_folder();

}  // namespace tagloom
