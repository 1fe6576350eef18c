#pragma once

#include <map>
#include <string>

namespace tagloom::result_page {

/// The `tagloom train` that a checkpoint's record stands for. Records hold no places of files: DATA, CACHE
/// and MODEL stand for those. What is as the defaults of this version have it is left out, but for options of
/// plugins, whose defaults are their own.
[[nodiscard]] std::string training_command(const std::map<std::string, std::string>& record);

}  // namespace tagloom::result_page
