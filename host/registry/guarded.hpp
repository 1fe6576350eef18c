#pragma once

/// Calls into plugins. A plugin may throw anything; the user reads which one it was, and what to do.

#include "runtime/calling.hpp"

#include <tagloom/base/error.hpp>

#include <concepts>
#include <exception>
#include <string>
#include <utility>

namespace tagloom::registry {

/// Where a plugin is called.
struct Place {
  /// From whatever a text can be made of.
  template <std::convertible_to<std::string> Text>
  Place(Text&& text, std::string name = {}) : where(std::forward<Text>(text)), plugin(std::move(name)) {}

  /// As the middle of a sentence has it: "decoder ria of FILE".
  std::string where;
  /// Its name for `plugins check`; empty where several are at work.
  std::string plugin;
};

/// What is said of an exception that left a plugin, and of what is no exception. Memory that ran out is told
/// apart.
PluginError failure(const Place& place, const std::exception& error);
PluginError failure(const Place& place);

/// Returns what `call` does. tagloom's own errors pass; any other becomes a PluginError, in which the
/// original is nested for `--verbose`.
template <class Call>
decltype(auto) guarded(const Place& place, const Call& call) {
  const runtime::Calling calling(place.where);
  try {
    return call();
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    std::throw_with_nested(failure(place, error));
  } catch (...) {
    std::throw_with_nested(failure(place));
  }
}

}  // namespace tagloom::registry
