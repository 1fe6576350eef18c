#pragma once

/// Memory that products will need, asked for before anything is read. Under a limit on addresses or data
/// (`ulimit -v`, `ulimit -d`; batch systems set them) OpenBLAS tries for minutes to get its buffers, or
/// crashes, in the middle of the first large product.

#include <functional>
#include <string>

namespace tagloom::runtime {

/// Enough for any command to begin and to say what goes wrong: libraries that cannot even begin crash, or
/// call whole files damaged. Throws Error, naming the limit, where there is less.
void ask_for_memory_to_begin();

/// Takes fewer threads where all of them do not fit, and says so by `warn`. Throws Error, naming the
/// limit, where not even one does. Does nothing where no limit is set.
void ask_for_memory_of_products(const std::function<void(const std::string&)>& warn);

}  // namespace tagloom::runtime
