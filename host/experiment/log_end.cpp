#include "experiment/log_end.hpp"

#include <tagloom/base/brief.hpp>
#include <tagloom/base/file.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

namespace tagloom::experiment {
namespace {

/// Room for the last lines, as long as lines are.
constexpr std::size_t kEndBytes = 8192;

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

}  // namespace

std::string last_lines_in(const std::filesystem::path& log, int most) {
  const std::string end = end_of(log);
  std::string_view rest = end;
  std::string lines;
  for (int count = 0; count < most && !rest.empty();) {
    const auto newline = rest.rfind('\n');
    const std::string line = brief(newline == std::string_view::npos ? rest : rest.substr(newline + 1));
    rest = newline == std::string_view::npos ? std::string_view() : rest.substr(0, newline);
    // Each process begins with its command.
    if (line.empty() || line.starts_with("$ ")) continue;
    lines = lines.empty() ? line : line + " " + lines;
    ++count;
  }
  return lines;
}

}  // namespace tagloom::experiment
