#include "registry/helper_answer.hpp"

#include <tagloom/base/json_text.hpp>

#include <fmt/format.h>

#include <csignal>
#include <cstring>
#include <string_view>
#include <utility>

namespace tagloom::registry {
namespace {

using json = nlohmann::ordered_json;
using runtime::HelperEnd;

constexpr std::string_view kStep = "at ";
constexpr std::string_view kResult = "result ";

/// "crashed (SIGSEGV)".
std::string how_it_ended(const HelperEnd& end, std::chrono::milliseconds time) {
  switch (end.how) {
    case HelperEnd::How::signalled:
      return fmt::format("{} (SIG{})", end.status == SIGKILL ? "was killed" : "crashed",
                         sigabbrev_np(end.status));
    case HelperEnd::How::exited:
      return fmt::format("ended the process (status {})", end.status);
    case HelperEnd::How::too_slow:
      return fmt::format("did not come back within {} seconds",
                         std::chrono::duration_cast<std::chrono::seconds>(time).count());
    case HelperEnd::How::too_long:
      return "had more to say than fits into memory";
  }
  return "";
}

/// Its last step, and what it found out.
struct Lines {
  std::string step = "was to be loaded";
  std::vector<json> results;
};

Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    // What has no end was cut short.
    if (end == std::string_view::npos) break;
    const std::string_view line = text.substr(0, end);
    if (line.starts_with(kStep)) lines.step = line.substr(kStep.size());
    if (line.starts_with(kResult))
      lines.results.push_back(
          json::parse(line.substr(kResult.size()), /*filter=*/nullptr, /*allow_exceptions=*/false));
    text.remove_prefix(end + 1);
  }
  return lines;
}

}  // namespace

void helper_begins() {
  runtime::answer("ready\n");
  runtime::confine_helper();
}

void helper_is_at(const std::string& step) {
  runtime::answer(fmt::format("{}{}\n", kStep, step));
}

void helper_found(const json& result) {
  runtime::answer(fmt::format("{}{}\n", kResult, to_json_text(result)));
}

void helper_ends() {
  // Libraries are left when the process ends, and some die of that.
  helper_is_at("was left at the end");
}

HelperAnswer ask_helper(const runtime::HelperCall& call) {
  const HelperEnd end = runtime::run_helper(call);
  Lines lines = lines_of(end.answer);
  HelperAnswer answer{.results = std::move(lines.results), .failure = ""};
  if (end.how == HelperEnd::How::exited && end.status == 0 && !answer.results.empty()) return answer;
  answer.failure = fmt::format("{} when it {}", how_it_ended(end, call.time), lines.step);
  answer.by_chance =
      end.how == HelperEnd::How::too_slow || (end.how == HelperEnd::How::signalled && end.status == SIGKILL);
  return answer;
}

}  // namespace tagloom::registry
