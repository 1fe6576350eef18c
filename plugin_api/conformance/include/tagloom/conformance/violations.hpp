#pragma once

/// The conformance kit: what the host relies on, checked on a component, by a header a kind. For the tests of
/// a plugin, and for `tagloom plugins check NAME`. Nothing here depends on trained weights or on data.
///
/// A check is given a function that creates the component, and calls it several times: instances of one
/// component are compared with one another. Tensors are the CPU's. While it runs it captures standard output
/// (standard_output.hpp), and it seeds LibTorch's generator. What a component throws is a broken promise like
/// any other, unless it is thrown by the very first creation: that passes to the caller.

#include <tagloom/base/export.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom::conformance {

/// One sentence a broken promise, without the component's name; an empty list is a pass.
using Violations = std::vector<std::string>;

/// The sentence of a promise that is broken, or nothing.
using Broken = std::optional<std::string>;

/// Is told which part of a check comes next, "begin and step", and that it is over by an empty text: for
/// whoever has to say afterwards what a component died of.
using Observer = std::function<void(std::string_view part)>;

}  // namespace tagloom::conformance
