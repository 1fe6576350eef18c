#pragma once

/// Whose plugins are run. A plugin does whatever its author wants with the rights of whoever runs tagloom, so
/// those are refused that somebody else may have put there or changed.

#include <filesystem>
#include <string>

namespace tagloom::registry {

/// Why nothing of this folder is taken, a sentence: every user may write to it, or it is of another user than
/// below, or every user may exchange it, since one of the folders above it may be written to by all and is
/// not sticky as /tmp is. Empty if there is no objection. Who is in one's group is one's own affair.
[[nodiscard]] std::string objection_to_folder(const std::filesystem::path& folder);

/// Why this library is not taken, a sentence: every user may write to it, or it is owned neither by who runs
/// this program, nor by who installed it, nor by root, or every user may exchange it, as above; of a link all
/// this is asked of where it leads. Empty if there is no objection.
[[nodiscard]] std::string objection_to_library(const std::filesystem::path& library);

}  // namespace tagloom::registry
