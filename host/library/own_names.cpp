#include "library/own_names.hpp"

#include <array>
#include <cctype>
#include <string_view>
#include <utility>

namespace tagloom::library {
namespace {

/// The longer ones first of those that begin alike.
constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kNames = {
    {{"--encoder-weights FILE", "encoder_weights"},
     {"--encoder-weights", "encoder_weights"},
     {"--plugin-dir", "plugin_folders"},
     {"--device", "device"},
     {"--precision", "precision"},
     {"--beam", "beam"},
     {"--top", "top"},
     {"--min-confidence", "min_confidence"},
     {"--batch", "batch"},
     {"--max-pixels", "max_pixels"},
     {"--accept-damaged", "accept_damaged"}}};

bool goes_on(const std::string& text, std::size_t at) {
  return at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) != 0 || text[at] == '-');
}

}  // namespace

std::string in_own_names(std::string sentence) {
  for (const auto& [option, own] : kNames)
    for (std::size_t at = sentence.find(option); at != std::string::npos; at = sentence.find(option, at + 1))
      if (!goes_on(sentence, at + option.size())) sentence.replace(at, option.size(), own);
  return sentence;
}

}  // namespace tagloom::library
