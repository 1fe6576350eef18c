#include <tagloom/base/brief.hpp>

#include <cstdlib>
#include <cxxabi.h>
#include <memory>
#include <typeinfo>

namespace tagloom {
namespace {

/// Whether a character of UTF-8 goes on here.
bool goes_on(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80;
}

}  // namespace

std::string brief(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return "";
  const std::string_view line = text.substr(begin, text.find_first_of("\r\n", begin) - begin);
  if (line.size() <= kBriefBytes) return std::string(line);
  std::size_t end = kBriefBytes;
  while (end > kBriefBytes - 4 && goes_on(line[end]))
    --end;
  return std::string(line.substr(0, end)) + "...";
}

std::string brief_what(const std::exception& error) {
  const char* const what = error.what();
  std::string said = brief(what == nullptr ? "" : what);
  return said.empty() ? "a " + spelt(typeid(error).name()) + " that says nothing of itself" : said;
}

std::string innermost_what(const std::exception& error) {
  try {
    std::rethrow_if_nested(error);
  } catch (const std::exception& nested) {
    return innermost_what(nested);
  } catch (...) {
    return "what is no std::exception";
  }
  return brief_what(error);
}

std::string spelt(const char* symbol) {
  int failed = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(symbol, nullptr, nullptr, &failed), &std::free);
  return text == nullptr ? symbol : text.get();
}

}  // namespace tagloom
