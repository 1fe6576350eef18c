#include <tagloom/base/error.hpp>

namespace tagloom {

std::string as_sentence(std::string_view text) {
  constexpr std::string_view kEnds = ".?!";
  const bool ends = !text.empty() && kEnds.find(text.back()) != std::string_view::npos;
  return std::string(text) + (ends ? "" : ".");
}

}  // namespace tagloom
