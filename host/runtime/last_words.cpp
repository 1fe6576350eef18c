#include "runtime/last_words.hpp"

#include <tagloom/base/brief.hpp>

#include <array>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>

namespace tagloom::runtime {
namespace {

/// Room for the last lines, as long as lines are.
constexpr std::size_t kKept = 8192;
constexpr int kLines = 3;

/// The last line of `text`, which loses it.
std::string_view last_line(std::string_view& text) {
  const auto end = text.rfind('\n');
  const std::string_view line = end == std::string_view::npos ? text : text.substr(end + 1);
  text = end == std::string_view::npos ? std::string_view() : text.substr(0, end);
  return line;
}

}  // namespace

LastWords::LastWords(int descriptor) : descriptor_(descriptor) {
  (void)fcntl(descriptor_, F_SETFL, O_NONBLOCK);
}

void LastWords::take() {
  // Whoever writes faster than this is read again at the next call.
  for (int i = 0; i < 64 && descriptor_ >= 0; ++i) {
    std::array<char, 4096> bytes{};
    const ssize_t count = read(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) {
      descriptor_ = -1;
      return;
    }
    end_.append(bytes.data(), static_cast<std::size_t>(count));
    if (end_.size() > kKept) end_.erase(0, end_.size() - kKept);
  }
}

std::string LastWords::text() const {
  std::string_view rest = end_;
  std::string words;
  for (int lines = 0; lines < kLines && !rest.empty();) {
    const std::string line = brief(last_line(rest));
    if (line.empty()) continue;
    words = words.empty() ? line : line + " " + words;
    ++lines;
  }
  return words;
}

}  // namespace tagloom::runtime
