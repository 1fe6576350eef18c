#pragma once

/// The programs and libraries of a build or of an installation, and how their ELF headers say they are
/// loaded.

#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::testing {

/// Every program and shared library below bin, libexec and lib of the folder, in the order of their paths.
std::vector<std::filesystem::path> programs_and_libraries(const std::filesystem::path& prefix);

/// Whether it has an interpreter, i.e. is a program.
bool is_program(const std::filesystem::path& file);

/// The entries of its RUNPATH (or RPATH) as they stand there, an empty one included. None without one.
std::vector<std::string> run_path(const std::filesystem::path& file);

/// The libraries that it names as NEEDED.
std::vector<std::string> needed_by(const std::filesystem::path& file);

/// What a library gives to others, by the names of its symbols.
std::vector<std::string> exported_by(const std::filesystem::path& library);

}  // namespace tagloom::testing
