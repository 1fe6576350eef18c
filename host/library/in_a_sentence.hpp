#pragma once

/// What other people's programs are told of failures that are nobody's but tagloom's own.

#include "runtime/exceptions.hpp"

#include <tagloom/base/error.hpp>

#include <fmt/format.h>

#include <exception>
#include <string>

namespace tagloom::library {

/// Returns what `call` does. tagloom's own errors pass; any other exception is nested in an Error. `doing`
/// completes "while ...".
template <class Call>
decltype(auto) in_a_sentence(const char* doing, const Call& call) {
  try {
    return call();
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
