#pragma once

/// A file that the host takes for a shared library with a manifest, made without a compiler.

#include <filesystem>
#include <string>

namespace tagloom::testing {

void write_library(const std::filesystem::path& path, const std::string& manifest);

}  // namespace tagloom::testing
