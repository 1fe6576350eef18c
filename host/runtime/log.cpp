#include "runtime/log.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace tagloom::runtime {

void warn(const std::string& sentence) {
  static const auto logger = [] {
    auto made = spdlog::stderr_color_mt("tagloom");
    made->set_pattern("%^%l%$: %v");
    return made;
  }();
  logger->warn("{}", shown_lines(as_sentence(sentence)));
}

}  // namespace tagloom::runtime
