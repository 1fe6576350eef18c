#pragma once

/// Processes that run out of memory.

#include <cstddef>

namespace tagloom::testing {

/// From now on this process gets so many bytes more than it has, and no others: for death tests.
void allow_only(std::size_t more_bytes);

}  // namespace tagloom::testing

#if defined(__SANITIZE_ADDRESS__)
#define SKIP_UNDER_ADDRESS_SANITIZER() GTEST_SKIP() << "AddressSanitizer takes terabytes of addresses"
#else
#define SKIP_UNDER_ADDRESS_SANITIZER() static_assert(true)
#endif
