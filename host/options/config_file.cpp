#include "options/config_file.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

namespace tagloom::options {
namespace {

/// Boost cuts a line at a #, and blanks at its ends; what must be shown otherwise than it is cannot be
/// printed.
bool can_stand_in_a_file(const std::string& text) {
  return text.find('#') == std::string::npos && shown(text) == text && !text.starts_with(' ') &&
         !text.ends_with(' ');
}

}  // namespace

std::string config_lines(const Option& option, const Values& values) {
  std::string lines;
  for (const std::string& text : texts_of(values)) {
    if (!can_stand_in_a_file(text))
      throw UsageError(
          fmt::format("--{} \"{}\" cannot stand in a file of options, which takes neither # nor control "
                      "characters, nor blanks around a value; give it another name.",
                      option.spec.name, shown(text)));
    lines += fmt::format("{} = {}\n", option.spec.name, text);
  }
  return lines;
}

}  // namespace tagloom::options
