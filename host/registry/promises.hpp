#pragma once

/// What the conformance kit says of a component that breaks a promise, where the host uses it: `train`,
/// `evaluate` and `cache build` say the sentence that `tagloom plugins check` says.

#include <tagloom/conformance/violations.hpp>

#include <string_view>

namespace tagloom::registry {

/// Throws PluginError, naming the component, if there is a sentence.
void require_kept(std::string_view kind, std::string_view name, const conformance::Broken& broken);

}  // namespace tagloom::registry
