#include <tagloom/base/name.hpp>
#include <tagloom/base/nearest.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace tagloom {
namespace {

/// What is further away is not searched for: nobody types that much by mistake.
constexpr std::size_t kLongest = 64;

/// In ASCII, which the words of options and the names of plugins are.
char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool is_same(char one, char other) {
  return lower(one) == lower(other);
}

}  // namespace

std::size_t typing_errors(std::string_view typed, std::string_view meant) {
  // Three rows of the table of distances between beginnings; the row before the last is for exchanges.
  std::vector<std::size_t> before_last;
  std::vector<std::size_t> last(meant.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= typed.size(); ++i) {
    std::vector<std::size_t> row(meant.size() + 1, i);
    for (std::size_t j = 1; j <= meant.size(); ++j) {
      const std::size_t wrong = is_same(typed[i - 1], meant[j - 1]) ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + wrong});
      const bool exchanged =
          i > 1 && j > 1 && is_same(typed[i - 1], meant[j - 2]) && is_same(typed[i - 2], meant[j - 1]);
      if (exchanged) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = std::move(last);
    last = std::move(row);
  }
  return last.back();
}

std::string nearest(std::string_view typed, std::span<const std::string> known) {
  std::string found;
  std::size_t fewest = typed.size() / 3 + 1;
  if (typed.size() > kLongest) return found;
  for (const std::string& word : known) {
    if (word.size() > kLongest) continue;
    const std::size_t errors = typing_errors(typed, word);
    if (errors >= fewest) continue;
    fewest = errors;
    found = word;
  }
  return found;
}

std::string did_you_mean(std::string_view typed, std::span<const std::string> known) {
  const std::string word = nearest(typed, known);
  return word.empty() ? word : fmt::format(" (did you mean \"{}\"?)", shown(word));
}

}  // namespace tagloom
