#include "runtime/output.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <cstdio>

namespace tagloom::runtime {
namespace {

void write_to(std::FILE* stream, std::string_view text) {
  const std::string lines = shown_lines(text);
  // The stream remembers its failures.
  [[maybe_unused]] const std::size_t written = std::fwrite(lines.data(), 1, lines.size(), stream);
}

}  // namespace

void print_text(std::string_view text) {
  write_to(stdout, text);
}

void print_error_text(std::string_view text) {
  write_to(stderr, text);
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
