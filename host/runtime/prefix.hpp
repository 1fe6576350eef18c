#pragma once

#include <filesystem>

namespace tagloom::runtime {

/// The folder in which bin/, lib/ and share/ of this tagloom are, in a build as in an installation: above
/// that of the program, or of libtagloom.so in somebody else's.
std::filesystem::path prefix();

}  // namespace tagloom::runtime
