#pragma once

/// The conformance kit: what the host relies on, checked on a component as it stands, by a header a kind. For
/// the tests of a plugin, and for `tagloom plugins check NAME`. Nothing here depends on trained weights or on
/// data.

#include <tagloom/base/export.hpp>

#include <string>
#include <vector>

namespace tagloom::conformance {

/// One sentence a broken promise; an empty list is a pass.
using Violations = std::vector<std::string>;

}  // namespace tagloom::conformance
