#pragma once

#include <filesystem>

namespace tagloom::runtime {

/// The folder in which bin/, lib/ and share/ of this program are, in a build as in an installation.
std::filesystem::path prefix();

}  // namespace tagloom::runtime
