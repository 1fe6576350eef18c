#include "result_page/page.hpp"

#include "result_page/page_parts.hpp"

#include <tagloom/base/json_text.hpp>

#include <string_view>

namespace tagloom::result_page {
namespace {

/// JSON as HTML may hold it within a script: no "</script>", no "<!--".
std::string inert(const std::string& json) {
  std::string text;
  text.reserve(json.size());
  for (const char c : json)
    if (c == '<')
      text += "\\u003c";
    else
      text += c;
  return text;
}

void replace(std::string& text, std::string_view place, std::string_view content) {
  text.replace(text.find(place), place.size(), content);
}

}  // namespace

std::string to_html(const nlohmann::ordered_json& data) {
  std::string html(kFrame);
  replace(html, "/*STYLE*/", kStyle);
  // Last, since what comes from outside might hold any of these.
  replace(html, "/*SCRIPT*/", kScript);
  replace(html, "/*DATA*/", inert(to_json_text(data)));
  return html;
}

}  // namespace tagloom::result_page
