#pragma once

/// A page in a headless Chromium, where there is one.

#include <nlohmann/json.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace tagloom::testing {

/// The program of a Chromium on this machine. Nothing if there is none.
std::optional<std::string> find_chromium();

struct Window {
  int width = 1440;
  bool dark = false;
};

/// What page_checks.js finds in the page: "failures", and counts of what it looked at. What the page's
/// console says, and what keeps it from being looked at, are failures, too.
nlohmann::json checked_in_browser(const std::string& chromium, const std::filesystem::path& page,
                                  const Window& window);

}  // namespace tagloom::testing
