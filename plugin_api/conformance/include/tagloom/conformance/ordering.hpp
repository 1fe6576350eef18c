#pragma once

/// What the host relies on in an ordering (violations.hpp).

#include <tagloom/conformance/violations.hpp>
#include <tagloom/ordering.hpp>

#include <functional>
#include <memory>

namespace tagloom::conformance {

/// Makes an ordering, always with the same options.
using CreateOrdering = std::function<std::unique_ptr<Ordering>()>;

/// Every result is a permutation of the label set, the empty one included; equal generators give equal
/// sequences, whichever instance and thread.
TAGLOOM_API Violations check_ordering(const CreateOrdering& create, const Observer& observer = {});

}  // namespace tagloom::conformance
