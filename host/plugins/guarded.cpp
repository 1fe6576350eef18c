#include "plugins/guarded.hpp"

#include "runtime/exceptions.hpp"

#include <fmt/format.h>

#include <string_view>

namespace tagloom::plugins {

PluginError failure(const std::string& where, const std::exception& error) {
  if (runtime::ran_out_of_memory(error))
    return PluginError(
        fmt::format("There is not enough memory for {}; free some, or start with smaller batches or options "
                    "(--verbose shows more).",
                    where));
  std::string_view reason = runtime::first_line(error.what());
  while (reason.ends_with('.'))
    reason.remove_suffix(1);
  return PluginError(fmt::format(
      "A failure in {}: {}. `tagloom plugins check NAME` tests a plugin alone; --verbose shows all of it.",
      where, reason));
}

}  // namespace tagloom::plugins
