#pragma once

/// The options of <tagloom/annotator.h>, whose struct may be of an earlier or a later version than this
/// library: what an earlier one lacks is at its default, and what a later one has more must be left at 0.

#include <tagloom/annotator.h>
#include <tagloom/annotator.hpp>

#include <cstddef>

namespace tagloom::library {

/// Writes `size` bytes.
void set_defaults(tagloom_annotator_options& options, std::size_t size) noexcept;

/// Throws UsageError for options that were never initialised, hold a NULL where a text must be, or set what
/// this version does not know.
[[nodiscard]] AnnotatorOptions options_of(const tagloom_annotator_options& options);

}  // namespace tagloom::library
