#include "registry/guarded.hpp"

#include "runtime/exceptions.hpp"

#include <tagloom/base/name.hpp>

#include <fmt/format.h>

namespace tagloom::registry {

PluginError failure(const std::string& where, const std::exception& error) {
  if (runtime::ran_out_of_memory(error))
    return PluginError(
        fmt::format("There is not enough memory for {}; free some, or start with smaller batches or options "
                    "(--verbose shows more).",
                    shown(where)));
  return PluginError(fmt::format(
      "A failure in {}: {} `tagloom plugins check NAME` tests a plugin alone; --verbose shows all of it.",
      shown(where), as_sentence(runtime::first_line(error.what()))));
}

}  // namespace tagloom::registry
