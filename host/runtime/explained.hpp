#pragma once

/// Failures of tagloom itself, and of libraries that it calls, which are nobody's but its own: a user reads
/// what it was at, and no plugin is blamed. Calls into plugins have registry/guarded.hpp.

#include <tagloom/base/error.hpp>

#include <exception>
#include <string>

namespace tagloom::runtime {

/// What is said of an exception that is none of tagloom's; `doing` completes "while ...". Memory that ran out
/// is told apart.
Error own_failure(const std::string& doing, const std::exception& error);

/// Returns what `call` does. tagloom's own errors pass; any other exception becomes an `own_failure`, in
/// which the original is nested for `--verbose`. What is no std::exception only plugins throw:
/// registry/guarded.hpp.
template <class Call>
decltype(auto) explained(const std::string& doing, const Call& call) {
  try {
    return call();
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    std::throw_with_nested(own_failure(doing, error));
  }
}

}  // namespace tagloom::runtime
