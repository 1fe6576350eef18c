#include "fuzz/target.hpp"

#include <stdexcept>
#include <sys/mman.h>
#include <unistd.h>

namespace tagloom::fuzz {

InputFile::InputFile(std::string_view content)
    : descriptor_(memfd_create("input", MFD_CLOEXEC)), path_("/proc/self/fd/" + std::to_string(descriptor_)) {
  while (!content.empty()) {
    const ssize_t written = write(descriptor_, content.data(), content.size());
    if (written <= 0) throw std::runtime_error("no memory for the input");
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

InputFile::~InputFile() {
  close(descriptor_);
}

}  // namespace tagloom::fuzz
