#pragma once

/// What a Hasher does with many bytes, for two generations of processors; the hash is the same. In types of C
/// alone, so that nothing of the standard library is compiled for one generation and used on the other.

#include <cstddef>

namespace tagloom {

/// Takes bytes into an XXH3_state_t.
void update_hash(void* state, const void* bytes, std::size_t count);
/// The same on a processor with AVX-512, in a third of the time.
void update_hash_avx512(void* state, const void* bytes, std::size_t count);

}  // namespace tagloom
