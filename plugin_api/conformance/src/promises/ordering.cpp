#include <tagloom/conformance/promises/ordering.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace tagloom::conformance {

Broken broken_order(std::span<const std::int64_t> sequence, std::span<const std::int64_t> labels) {
  if (std::ranges::is_permutation(sequence, labels)) return {};
  return fmt::format("order: the sequence of the label set [{}] is [{}], not each of its labels once",
                     fmt::join(labels, ", "), fmt::join(sequence, ", "));
}

}  // namespace tagloom::conformance
