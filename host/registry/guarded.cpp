#include "registry/guarded.hpp"

#include "runtime/exceptions.hpp"

#include <tagloom/base/brief.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

namespace tagloom::registry {
namespace {

PluginError saying(const Place& place, const std::string& what) {
  return PluginError(
      fmt::format("A failure in {}: {} `tagloom plugins check {}` tests {} alone; --verbose "
                  "shows all of it.",
                  shown(place.where), as_sentence(what), place.plugin.empty() ? "NAME" : shown(place.plugin),
                  place.plugin.empty() ? "each of its plugins" : "it"));
}

}  // namespace

PluginError failure(const Place& place, const std::exception& error) {
  if (runtime::ran_out_of_memory(error))
    return PluginError(
        fmt::format("There is not enough memory for {}; free some, or start with smaller batches or options "
                    "(--verbose shows more).",
                    shown(place.where)));
  if (runtime::gpu_failed(error)) return PluginError(runtime::gpu_failure("in " + shown(place.where), error));
  return saying(place, brief_what(error));
}

PluginError failure(const Place& place) {
  return saying(place, "it threw what is no std::exception");
}

}  // namespace tagloom::registry
