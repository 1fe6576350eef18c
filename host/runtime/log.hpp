#pragma once

/// What a user should know besides the results, on standard error.

#include <string>

namespace tagloom::runtime {

void warn(const std::string& sentence);

}  // namespace tagloom::runtime
