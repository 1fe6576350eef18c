#include "runtime/explained.hpp"

#include "runtime/exceptions.hpp"

#include <fmt/format.h>

namespace tagloom::runtime {

Error own_failure(const std::string& doing, const std::exception& error) {
  if (ran_out_of_memory(error))
    return Error(
        fmt::format("There is not enough memory while {}; free some, or start with smaller batches or "
                    "options (--verbose shows more).",
                    doing));
  if (gpu_failed(error)) return Error(gpu_failure("while " + doing, error));
  return Error(fmt::format("Something failed in tagloom itself while {} (--verbose shows all of it): {}",
                           doing, reason(error)));
}

}  // namespace tagloom::runtime
