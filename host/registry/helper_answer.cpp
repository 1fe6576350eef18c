#include "registry/helper_answer.hpp"

#include <tagloom/base/brief.hpp>
#include <tagloom/base/error.hpp>
#include <tagloom/base/json_text.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <csignal>
#include <cstring>
#include <string_view>
#include <utility>

namespace tagloom::registry {
namespace {

using json = nlohmann::ordered_json;
using runtime::HelperEnd;

constexpr std::string_view kReady = "ready";
constexpr std::string_view kStep = "at ";
constexpr std::string_view kResult = "result ";
constexpr std::string_view kEnd = "end";

std::string signal_name(int signal) {
  const char* const name = sigabbrev_np(signal);
  return name == nullptr ? fmt::format("signal {}", signal) : fmt::format("SIG{}", name);
}

/// "crashed (SIGSEGV)".
std::string how_it_ended(const HelperEnd& end, std::chrono::milliseconds time) {
  switch (end.how) {
    case HelperEnd::How::signalled:
      // What confines helpers ends those so that start another process.
      if (end.status == SIGSYS) return "started another process";
      return fmt::format("{} ({})", end.status == SIGKILL ? "was killed" : "crashed",
                         signal_name(end.status));
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

/// What a helper said. The plugins that it runs can say the same; nothing here is trusted.
struct Lines {
  bool ready = false;
  bool end = false;
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
    if (line == kReady) lines.ready = true;
    if (line == kEnd) lines.end = true;
    if (line.starts_with(kStep)) lines.step = shown(brief(line.substr(kStep.size())));
    if (line.starts_with(kResult))
      lines.results.push_back(
          json::parse(line.substr(kResult.size()), /*filter=*/nullptr, /*allow_exceptions=*/false));
    text.remove_prefix(end + 1);
  }
  return lines;
}

/// `, saying "..."`: it may say more of its end than anybody can see from outside.
std::string last_words(const HelperEnd& end) {
  return end.last_words.empty() ? "" : fmt::format(", saying \"{}\"", shown(end.last_words));
}

}  // namespace

void helper_begins() {
  runtime::answer(fmt::format("{}\n", kReady));
  runtime::confine_helper();
}

void helper_is_at(const std::string& step) {
  runtime::answer(fmt::format("{}{}\n", kStep, shown(step)));
}

void helper_found(const json& result) {
  runtime::answer(fmt::format("{}{}\n", kResult, to_json_text(result)));
}

void helper_ends() {
  // Libraries are left when the process ends, and some die of that.
  helper_is_at("was left at the end");
  runtime::answer(fmt::format("{}\n", kEnd));
}

HelperAnswer ask_helper(runtime::HelperCall call) {
  call.time_begins_anew_after = fmt::format("\n{}", kResult);
  const HelperEnd end = runtime::run_helper(call);
  Lines lines = lines_of(end.answer);
  if (!lines.ready)
    throw DataError(
        fmt::format("{}, which is to try plugins, does not start: it {}{}; start it by hand to see why.",
                    shown(call.program), how_it_ended(end, call.time), last_words(end)));
  HelperAnswer answer{.results = std::move(lines.results), .failure = ""};
  if (end.how == HelperEnd::How::exited && end.status == 0 && lines.end) return answer;
  answer.failure = fmt::format("{} when it {}{}", how_it_ended(end, call.time), lines.step, last_words(end));
  answer.by_chance = end.how == HelperEnd::How::too_slow || end.how == HelperEnd::How::exited ||
                     (end.how == HelperEnd::How::signalled && end.status == SIGKILL);
  return answer;
}

}  // namespace tagloom::registry
