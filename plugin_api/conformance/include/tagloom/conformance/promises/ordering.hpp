#pragma once

/// The promise of an ordering, by the check, and by the host at every sequence that it trains on.

#include <tagloom/conformance/violations.hpp>

#include <cstdint>
#include <span>

namespace tagloom::conformance {

/// The sequence has each label of the set once.
TAGLOOM_API Broken broken_order(std::span<const std::int64_t> sequence, std::span<const std::int64_t> labels);

}  // namespace tagloom::conformance
