#include "vectors/vector_lines.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/random.hpp>
#include <tagloom/datasets/glove.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace tagloom::datasets {
namespace {

using Vector = std::vector<float>;
/// The words we look for; those that the file has get a vector.
using Words = std::unordered_map<std::string, std::optional<Vector>>;

std::string lower_case(std::string text) {
  for (auto& letter : text) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return text;
}

std::vector<std::string> split_words(std::string_view label) {
  std::vector<std::string> words(1);
  for (const char letter : label) {
    if (letter == ' ' || letter == '_' || letter == '-') {
      words.emplace_back();
    } else {
      words.back() += letter;
    }
  }
  std::erase(words, std::string());
  return words;
}

struct Scanned {
  std::int64_t dimension = 0;
  /// The file's; empty if it has none.
  std::string first_word;
};

/// Fills `words` from the file. Lines of other words are only counted through.
Scanned scan(const std::filesystem::path& path, Words& words) {
  VectorLines lines(path);
  Scanned scanned{.dimension = lines.dimension(), .first_word = {}};
  while (const auto line = lines.next()) {
    if (scanned.first_word.empty()) scanned.first_word = line->word;
    const auto wanted = words.find(std::string(line->word));
    if (wanted != words.end()) {
      if (!wanted->second) wanted->second = lines.numbers_of(*line);
      continue;
    }
    const std::string_view first = line->word.substr(0, line->word.find_first_of(" \t"));
    if (first.size() < line->word.size() && words.contains(std::string(first))) lines.refuse_surplus(*line);
  }
  return scanned;
}

const Vector* find(const Words& words, const std::string& word) {
  for (const auto& spelling : {word, lower_case(word)}) {
    const auto entry = words.find(spelling);
    if (entry != words.end() && entry->second) return &*entry->second;
  }
  return nullptr;
}

std::optional<Vector> vector_of(const Words& words, const std::string& label) {
  if (const auto* whole = find(words, label)) return *whole;
  Vector mean;
  float found = 0.0F;
  for (const auto& part : split_words(label)) {
    const auto* vector = find(words, part);
    if (vector == nullptr) continue;
    mean.resize(vector->size());
    std::ranges::transform(mean, *vector, mean.begin(), std::plus<>());
    found += 1.0F;
  }
  if (mean.empty()) return std::nullopt;
  for (auto& value : mean)
    value /= found;
  return mean;
}

/// Rows without a vector look like the others: a decoder must not learn from a row's length that it was
/// missing.
void draw_missing_rows(std::vector<std::optional<Vector>>& rows, std::int64_t dimension, std::uint64_t seed) {
  double sum = 0.0;
  double squares = 0.0;
  double count = 0.0;
  for (const auto& row : rows) {
    if (!row) continue;
    for (const float value : *row) {
      sum += value;
      squares += static_cast<double>(value) * value;
      count += 1.0;
    }
  }
  const double mean = sum / count;
  const double deviation = std::sqrt(std::max(0.0, squares / count - mean * mean));
  Random random(seed);
  for (auto& row : rows) {
    if (row) continue;
    row.emplace(static_cast<std::size_t>(dimension));
    for (auto& value : *row)
      value = static_cast<float>(mean + deviation * random.normal());
  }
}

}  // namespace

WordVectors read_glove(const std::filesystem::path& path, const Vocabulary& vocabulary, std::uint64_t seed) {
  auto tokens = vocabulary.labels();
  tokens.emplace_back("stop");
  tokens.emplace_back("start");
  Words words;
  for (const auto& token : tokens) {
    auto spellings = split_words(token);
    spellings.push_back(token);
    for (const auto& spelling : spellings) {
      words.try_emplace(spelling);
      words.try_emplace(lower_case(spelling));
    }
  }

  WordVectors vectors;
  const Scanned scanned = scan(path, words);
  vectors.dimension = scanned.dimension;
  std::vector<std::optional<Vector>> rows;
  for (const auto& token : tokens) {
    rows.push_back(vector_of(words, token));
    if (!rows.back()) vectors.missing.push_back(token);
  }
  if (std::none_of(rows.begin(), rows.end() - 2, [](const auto& row) { return row.has_value(); })) {
    if (scanned.first_word.empty())
      throw DataError(fmt::format("{} holds no words; copy or fetch it again.", shown(path)));
    throw DataError(fmt::format(
        "{} has a vector for none of the {} labels (its first word is \"{}\"); give one for the labels' "
        "language, with words spelled as they are.",
        shown(path), vocabulary.size(), shown(std::string_view(scanned.first_word).substr(0, 80))));
  }
  draw_missing_rows(rows, vectors.dimension, seed);
  for (const auto& row : rows)
    vectors.values.insert(vectors.values.end(), row->begin(), row->end());
  return vectors;
}

}  // namespace tagloom::datasets
