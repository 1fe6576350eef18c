#pragma once

#include <string>
#include <string_view>

namespace tagloom::sources {

/// The name by which a member of an archive is known: without "./", "//" and a leading "/", with "up" for
/// "..", so that it is the same however the archive was made and leads nowhere; UTF-8. Empty for a name of
/// nothing else.
[[nodiscard]] std::string member_name(std::string_view name);

/// Whether a part of a member's name is hidden (taken.hpp).
[[nodiscard]] bool has_hidden_part(const std::string& member_name);

}  // namespace tagloom::sources
