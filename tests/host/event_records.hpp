#pragma once

/// TensorBoard's event files, read by what their format says, and nothing that wrote them.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace tagloom::training {

/// By name and step.
using Curves = std::map<std::string, std::map<std::int64_t, float>>;

/// Adds a file's scalars, after taking away what a session's start in it hides, as TensorBoard does. Its
/// first event must be the format's version. A checksum that is wrong, and a step that is there already, fail
/// the test; an unfinished last record is passed over.
void read_on(const std::filesystem::path& file, Curves& curves);

}  // namespace tagloom::training
