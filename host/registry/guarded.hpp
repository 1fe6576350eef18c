#pragma once

/// Calls into plugins. A plugin may throw anything; the user reads which one it was, and what to do.

#include "runtime/calling.hpp"

#include <tagloom/base/error.hpp>

#include <exception>
#include <stdexcept>
#include <string>

namespace tagloom::registry {

/// What is said of an exception that left a plugin: `where` stands in the middle of the sentence ("decoder
/// ria of FILE"). Memory that ran out is told apart.
PluginError failure(const std::string& where, const std::exception& error);

/// Returns what `call` does. tagloom's own errors pass; any other becomes a PluginError, in which the
/// original is nested for `--verbose`.
template <class Call>
decltype(auto) guarded(const std::string& where, const Call& call) {
  const runtime::Calling calling(where);
  try {
    return call();
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    std::throw_with_nested(failure(where, error));
  } catch (...) {
    throw failure(where, std::runtime_error("it threw what is no std::exception"));
  }
}

}  // namespace tagloom::registry
