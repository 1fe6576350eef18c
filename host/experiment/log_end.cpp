#include "experiment/log_end.hpp"

#include <tagloom/base/brief.hpp>
#include <tagloom/base/file.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace tagloom::experiment {
namespace {

/// Room for the last lines, as long as lines are.
constexpr std::size_t kEndBytes = 8192;
/// What a process's part of a log begins with.
constexpr std::string_view kCommand = "$ tagloom ";
/// An error begins with who it is of: "tagloom train: ".
constexpr std::string_view kProgram = "tagloom ";

std::string end_of(const std::filesystem::path& log) {
  try {
    const File file(log, File::Mode::read);
    const std::uint64_t size = file.size();
    std::string end(std::min<std::size_t>(kEndBytes, size), '\0');
    file.read_at(std::as_writable_bytes(std::span(end)), size - end.size());
    return end;
  } catch (const DataError&) {
    // It is not there yet, or was cut meanwhile.
    return {};
  }
}

/// The last lines that the last process said, empty ones left out.
std::vector<std::string> last_lines(const std::filesystem::path& log, std::size_t most) {
  const std::string end = end_of(log);
  std::string_view rest = end;
  std::vector<std::string> lines;
  while (lines.size() < most && !rest.empty()) {
    const auto newline = rest.rfind('\n');
    std::string line = brief(newline == std::string_view::npos ? rest : rest.substr(newline + 1));
    rest = newline == std::string_view::npos ? std::string_view() : rest.substr(0, newline);
    // Each process begins with its command.
    if (line.starts_with(kCommand)) break;
    if (!line.empty()) lines.insert(lines.begin(), std::move(line));
  }
  return lines;
}

}  // namespace

std::string last_lines_in(const std::filesystem::path& log, int most) {
  return fmt::format("{}", fmt::join(last_lines(log, static_cast<std::size_t>(most)), " "));
}

std::string failure_in(const std::filesystem::path& log) {
  // Room for what an error says, and for what its plugin or its library adds.
  constexpr std::size_t kMost = 24;
  constexpr std::size_t kUsual = 3;
  const auto lines = last_lines(log, kMost);
  for (std::size_t i = lines.size(); i-- > 0;)
    if (lines[i].starts_with(kProgram) && lines[i].find(": ") != std::string::npos)
      return fmt::format("{}", fmt::join(lines.begin() + static_cast<std::ptrdiff_t>(i), lines.end(), " "));
  return last_lines_in(log, kUsual);
}

}  // namespace tagloom::experiment
