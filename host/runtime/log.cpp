#include "runtime/log.hpp"

#include "runtime/quiet.hpp"
#include "runtime/terminal.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <unistd.h>

namespace tagloom::runtime {

void warn(const std::string& sentence) {
  if (is_quiet()) return;
  static const auto logger = [] {
    auto made = spdlog::stderr_color_mt(
        "tagloom", takes_colours(STDERR_FILENO) ? spdlog::color_mode::automatic : spdlog::color_mode::never);
    made->set_pattern("%^%l%$: %v");
    return made;
  }();
  // What was printed before stands before it.
  std::fflush(stdout);
  // The word that the pattern writes stands on the first line, too.
  constexpr std::string_view kMark = "warning: ";
  const std::string text = std::string(kMark) + shown_lines(as_sentence(sentence));
  logger->warn("{}", in_lines(STDERR_FILENO, text).substr(kMark.size()));
}

}  // namespace tagloom::runtime
