#include "runtime/output.hpp"

#include "runtime/terminal.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/color.h>

#include <cstdio>
#include <string>
#include <unistd.h>

namespace tagloom::runtime {
namespace {

/// As it is.
void write(std::FILE* stream, const std::string& bytes) {
  // The stream remembers its failures.
  [[maybe_unused]] const std::size_t written = std::fwrite(bytes.data(), 1, bytes.size(), stream);
}

void write_to(std::FILE* stream, std::string_view text) {
  write(stream, shown_lines(text));
}

void write_styled(std::FILE* stream, const fmt::text_style& style, std::string_view text) {
  const std::string lines = shown_lines(text);
  write(stream, takes_colours(fileno(stream)) ? fmt::format(style, "{}", lines) : lines);
}

}  // namespace

void print_text(std::string_view text) {
  write_to(stdout, text);
}

void print_error_text(std::string_view text) {
  // Where both streams go to one file, what was printed before stands before it.
  flush_output();
  write_to(stderr, text);
}

void print_heading(std::string_view line) {
  write_styled(stdout, fmt::emphasis::bold, line);
  write_to(stdout, "\n");
}

void print_row(std::size_t start, std::string_view line) {
  write_to(stdout, in_lines(STDOUT_FILENO, shown_lines(line), start) + "\n");
}

void detail(const std::string& sentence) {
  if (is_verbose()) print_error_text(in_lines(STDERR_FILENO, shown_lines(sentence)) + "\n");
}

void print_failure(std::string_view who, std::string_view sentence) {
  flush_output();
  const fmt::text_style red = fmt::fg(fmt::terminal_color::red) | fmt::emphasis::bold;
  const std::string text = in_lines(STDERR_FILENO, shown_lines(fmt::format("{}: {}", who, sentence))) + "\n";
  const std::size_t begins = takes_colours(STDERR_FILENO) && text.starts_with(who) ? who.size() + 1 : 0;
  if (begins > 0) write_styled(stderr, red, text.substr(0, begins));
  // Without colours in one piece, so that no other process's line gets between.
  write_to(stderr, text.substr(begins));
}

void flush_output() {
  std::fflush(stdout);
}

void check_output() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
    throw DataError(
        "standard output cannot be written; what was printed is lost, files that were named are whole.");
}

}  // namespace tagloom::runtime
