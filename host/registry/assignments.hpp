#pragma once

#include <map>
#include <string>

namespace tagloom::registry {

/// Option names to texts, as the user gave them.
using Assignments = std::map<std::string, std::string>;

}  // namespace tagloom::registry
