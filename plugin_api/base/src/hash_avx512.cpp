// Compiled for AVX-512, which makes XXH3 take its widest vectors.

#include "hash_steps.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace tagloom {

void update_hash_avx512(void* state, const void* bytes, std::size_t count) {
  XXH3_128bits_update(static_cast<XXH3_state_t*>(state), bytes, count);
}

}  // namespace tagloom
