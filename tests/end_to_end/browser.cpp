#include "browser.hpp"

#include "places.hpp"
#include "support/files.hpp"
#include "tagloom_process.hpp"

#include <cstdlib>
#include <sstream>
#include <string_view>
#include <vector>

namespace tagloom::testing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// A copy of the page that looks at itself.
void write_checked(const fs::path& page, const fs::path& copy) {
  std::string html = read_text(page);
  const std::string checks = read_text(fs::path(TAGLOOM_TEST_SOURCES) / "tests/end_to_end/page_checks.js");
  html.insert(html.rfind("</body>"), "<script>" + checks + "</script>");
  write_text(copy, html);
}

std::string from_base64(const std::string& text) {
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const auto digit = kDigits.find(c);
    if (digit == std::string_view::npos) continue;
    bits = bits << 6U | static_cast<unsigned>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> static_cast<unsigned>(count) & 255U);
  }
  return bytes;
}

/// The element that the checks leave.
json found_in(const std::string& dom) {
  const std::string begin = "<output id=\"found\">";
  const auto place = dom.find(begin);
  if (place == std::string::npos) return {{"failures", {"the page did not come to its end"}}};
  const auto first = place + begin.size();
  return json::parse(from_base64(dom.substr(first, dom.find('<', first) - first)));
}

}  // namespace

std::optional<std::string> find_chromium() {
  for (const char* name : {"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"}) {
    std::istringstream folders(std::getenv("PATH") != nullptr ? std::getenv("PATH") : "");
    for (std::string folder; std::getline(folders, folder, ':');)
      if (fs::exists(fs::path(folder) / name)) return (fs::path(folder) / name).string();
  }
  return std::nullopt;
}

json checked_in_browser(const std::string& chromium, const fs::path& page, const Window& window) {
  const TemporaryFolder folder;
  write_checked(page, folder / "page.html");
  std::vector<std::string> line = {// One that hangs ends the test, not the machine.
                                   "120",
                                   chromium,
                                   "--headless",
                                   "--no-sandbox",
                                   "--disable-gpu",
                                   "--hide-scrollbars",
                                   "--no-first-run",
                                   "--disable-background-networking",
                                   "--user-data-dir=" + (folder / "profile").string(),
                                   "--window-size=" + std::to_string(window.width) + ",900",
                                   "--virtual-time-budget=20000",
                                   "--enable-logging=stderr",
                                   "--dump-dom"};
  if (window.dark) line.emplace_back("--blink-settings=preferredColorScheme=0");
  line.push_back("file://" + (folder / "page.html").string());
  const ProcessResult result = run_program("timeout", line);
  json found = found_in(result.out);
  std::istringstream log(result.err);
  for (std::string text; std::getline(log, text);)
    if (text.find(":CONSOLE") != std::string::npos) found["failures"].push_back(text);
  return found;
}

}  // namespace tagloom::testing
