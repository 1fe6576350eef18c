#pragma once

/// Floats as whole numbers of one byte, each scale as small as its largest number allows.

#include <cstddef>
#include <span>

namespace tagloom::featurecache {

/// Writes `scales` float32 and then an int8 for each number into `row`, which has just room for them. Scale s
/// is a 127th of the largest size of the numbers i with i % scales == s, which are finite, and a whole number
/// is the nearest multiple of it. Scales too small for float32 to divide by are 0, and so are their numbers.
void to_int8(std::span<const float> numbers, std::size_t scales, std::span<std::byte> row);

}  // namespace tagloom::featurecache
