#pragma once

/// What other people's programs are told of failures that are nobody's but tagloom's own.

#include "library/own_names.hpp"
#include "runtime/exceptions.hpp"

#include <tagloom/base/error.hpp>

#include <fmt/format.h>

#include <exception>
#include <string>

namespace tagloom::library {

/// Returns what `call` does. tagloom's own errors pass, in the names of the library's options
/// (own_names.hpp); any other exception is nested in an Error. `doing` completes "while ...".
template <class Call>
decltype(auto) in_a_sentence(const char* doing, const Call& call) {
  try {
    return call();
  } catch (const UsageError& error) {
    throw UsageError(in_own_names(error.what()));
  } catch (const DataError& error) {
    throw DataError(in_own_names(error.what()));
  } catch (const PluginError& error) {
    throw PluginError(in_own_names(error.what()));
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    std::throw_with_nested(Error(
        runtime::ran_out_of_memory(error)
            ? fmt::format("There is not enough memory while {}; free some, or take a smaller batch.", doing)
            : fmt::format("Something failed in tagloom itself while {}: {}", doing, runtime::reason(error))));
  }
}

}  // namespace tagloom::library
