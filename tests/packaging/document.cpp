#include "document.hpp"

#include "support/files.hpp"

#include <algorithm>
#include <regex>
#include <span>
#include <sstream>
#include <stdexcept>

namespace tagloom::testing {
namespace {

constexpr std::string_view kFence = "```";
constexpr std::string_view kAny = "...";

std::vector<std::string> lines_of(std::string_view text) {
  std::istringstream stream{std::string(text)};
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    line.erase(line.find_last_not_of(" \r") + 1);
    lines.push_back(line);
  }
  return lines;
}

/// A regular expression for what a line stands for.
std::regex pattern(const std::string& line) {
  static const std::regex special(R"([\\^$.|?*+()\[\]{}])");
  static const std::regex any(R"(\\\.\\\.\\\.)");
  static const std::regex decimal(R"([0-9]+\\\.[0-9]+(e[-0-9]+)?)");
  static const std::regex spaces(" +");
  std::string text = std::regex_replace(line, special, R"(\$&)");
  text = std::regex_replace(text, any, ".*");
  text = std::regex_replace(text, decimal, "[0-9]+\\.[0-9]+(e[-0-9]+)?");
  return std::regex(std::regex_replace(text, spaces, " +"));
}

Block opened(std::string_view rest, int line) {
  const std::size_t end = std::min(rest.find(' '), rest.size());
  const std::size_t argument = std::min(rest.find_first_not_of(' ', end), rest.size());
  return {.language = std::string(rest.substr(0, end)),
          .argument = std::string(rest.substr(argument)),
          .text = "",
          .line = line};
}

/// How far lines were found: the first that stands for nothing printed.
struct Progress {
  std::size_t said = 0;
  bool whole = false;
};

Progress follow(std::span<const std::string> said, std::span<const std::string> printed) {
  for (std::size_t i = 0; i < said.size(); ++i) {
    if (said[i] == kAny) {
      Progress furthest{.said = i + 1};
      for (std::size_t skipped = 0; skipped <= printed.size() - i; ++skipped) {
        const Progress rest = follow(said.subspan(i + 1), printed.subspan(i + skipped));
        if (rest.whole) return {.said = said.size(), .whole = true};
        furthest.said = std::max(furthest.said, i + 1 + rest.said);
      }
      return furthest;
    }
    if (i >= printed.size() || !std::regex_match(printed[i], pattern(said[i]))) return {.said = i};
  }
  return {.said = said.size(), .whole = said.size() == printed.size()};
}

}  // namespace

std::vector<Block> blocks_of(const std::filesystem::path& markdown) {
  std::istringstream lines(read_text(markdown));
  std::vector<Block> blocks;
  bool inside = false;
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.starts_with(kFence)) {
      if (!inside) blocks.push_back(opened(std::string_view(line).substr(kFence.size()), number));
      inside = !inside;
    } else if (inside) {
      blocks.back().text += line + "\n";
    }
  }
  if (inside)
    throw std::runtime_error(markdown.string() + ": the block of line " + std::to_string(blocks.back().line) +
                             " has no end");
  return blocks;
}

std::string difference(std::string_view said, std::string_view printed) {
  const auto expected = lines_of(said);
  const Progress progress = follow(expected, lines_of(printed));
  if (progress.whole) return "";
  const std::string what = progress.said < expected.size()
                               ? "there is no line \"" + expected[progress.said] + "\""
                               : "more was printed than the document says";
  return what + " where it should be in:\n" + std::string(printed);
}

}  // namespace tagloom::testing
