#pragma once

/// What the host relies on in an ordering (violations.hpp).

#include <tagloom/conformance/violations.hpp>
#include <tagloom/ordering.hpp>

namespace tagloom::conformance {

/// Every result is a permutation of the label set, the empty one included; equal generators give equal
/// sequences.
TAGLOOM_API Violations check_ordering(const Ordering& ordering);

}  // namespace tagloom::conformance
