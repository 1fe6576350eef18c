#pragma once

#include "sources/archive.hpp"
#include "sources/open_archive.hpp"

#include <string>

namespace tagloom::sources {

/// What an archive yields before it ends in damage: its images, and then one without a name, to read which
/// throws the sentence.
[[nodiscard]] ArchiveImages with_damaged_end(ArchiveImages images, std::string sentence);

}  // namespace tagloom::sources
