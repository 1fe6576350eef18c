#pragma once

/// `tagloom info`.

#include "commands/line.hpp"

namespace tagloom::commands {

struct InfoLine {
  bool json = false;
};
const Line<InfoLine>& info_line();

}  // namespace tagloom::commands
