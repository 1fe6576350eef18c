#pragma once

/// Damage of the kinds that find mistakes in parsers: flipped bits, numbers at the edge of their type, parts
/// cut out, repeated or taken from another input. The same generator state gives the same damage.

#include <random>
#include <string>
#include <vector>

namespace tagloom::fuzz {

/// One of the seeds, damaged in one to eight places. `seeds` must not be empty.
std::string mutated(const std::vector<std::string>& seeds, std::mt19937_64& random);

}  // namespace tagloom::fuzz
