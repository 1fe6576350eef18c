#pragma once

/// What the control groups of a container or a batch job grant this process. Version 1 and 2 of Linux's
/// cgroups, side by side if need be.

#include <filesystem>
#include <optional>

namespace tagloom::runtime {

/// The CPU quota in processors' worth of time (1.5: three processors half of the time): the smallest on the
/// way from the process's own group up to the topmost that is mounted; nothing if no group has one. `root`
/// holds `proc` and what is mounted, another than / in tests.
std::optional<double> cpu_quota(const std::filesystem::path& root = "/");

}  // namespace tagloom::runtime
