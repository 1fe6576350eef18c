#include <tagloom/conformance/standard_output.hpp>

#include <cstdio>
#include <iostream>
#include <sys/mman.h>
#include <unistd.h>

namespace tagloom::conformance {
namespace {

void flush_streams() {
  std::cout.flush();
  std::fflush(stdout);
}

}  // namespace

StandardOutput::StandardOutput()
    : captured_(memfd_create("tagloom standard output", MFD_CLOEXEC)), original_(-1) {
  flush_streams();
  original_ = ::dup(STDOUT_FILENO);
  if (captured_ >= 0) ::dup2(captured_, STDOUT_FILENO);
}

StandardOutput::~StandardOutput() {
  flush_streams();
  if (original_ >= 0) {
    ::dup2(original_, STDOUT_FILENO);
    ::close(original_);
  } else if (captured_ >= 0) {
    // It was closed before.
    ::close(STDOUT_FILENO);
  }
  if (captured_ >= 0) ::close(captured_);
}

std::string StandardOutput::text(std::size_t most) const {
  flush_streams();
  std::string text(most, '\0');
  const ssize_t read = captured_ < 0 ? 0 : pread(captured_, text.data(), text.size(), 0);
  text.resize(read > 0 ? static_cast<std::size_t>(read) : 0);
  return text;
}

}  // namespace tagloom::conformance
