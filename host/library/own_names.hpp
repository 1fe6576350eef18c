#pragma once

#include <string>

namespace tagloom::library {

/// A sentence that names options as the command line has them, in the names of AnnotatorOptions:
/// "--max-pixels" becomes "max_pixels". Other programs have no command line of ours.
[[nodiscard]] std::string in_own_names(std::string sentence);

}  // namespace tagloom::library
