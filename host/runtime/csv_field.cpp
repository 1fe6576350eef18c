#include "runtime/csv_field.hpp"

#include <tagloom/base/name.hpp>

namespace tagloom::runtime {

std::string csv_field(std::string_view name) {
  const std::string text = shown(name);
  if (text.find_first_of(",\"") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace tagloom::runtime
