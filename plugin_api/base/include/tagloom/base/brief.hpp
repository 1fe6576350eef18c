#pragma once

/// What other people's code says, as a sentence of ours has room for it: LibTorch's messages go on for pages,
/// and a plugin may say nothing at all, or a megabyte.

#include <tagloom/base/export.hpp>

#include <cstddef>
#include <exception>
#include <string>
#include <string_view>

namespace tagloom {

/// More of a text than this many bytes no sentence repeats.
inline constexpr std::size_t kBriefBytes = 300;

/// The first line that is not empty; what is beyond `kBriefBytes` is left out, and "..." says so.
[[nodiscard]] TAGLOOM_API std::string brief(std::string_view text);

/// What an exception says, briefly; of one that says nothing, its type.
[[nodiscard]] TAGLOOM_API std::string brief_what(const std::exception& error);

/// The same of the innermost of the exceptions that are nested in it, or of it if none is: what went wrong
/// first, without the sentences around it.
[[nodiscard]] TAGLOOM_API std::string innermost_what(const std::exception& error);

/// A type or a function as C++ spells it, of its name in a library; that name if it is none of C++.
[[nodiscard]] TAGLOOM_API std::string spelt(const char* symbol);

}  // namespace tagloom
