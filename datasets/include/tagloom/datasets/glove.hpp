#pragma once

/// Word vectors for the token embedding, from a text file as GloVe, word2vec and fastText write it: a word
/// and its numbers on each line, perhaps behind a line with their counts; as it is, packed by gzip, or in a
/// zip archive (of one with several files, ARCHIVE/FILE is the path). Only the lines of wanted words are
/// kept, so the full GloVe file needs no memory.

#include <tagloom/vocabulary.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::datasets {

struct WordVectors {
  std::int64_t dimension = 0;
  /// Row-major, (labels + 2) x dimension: a row for each token in the order of Vocabulary: labels, "stop",
  /// "start".
  std::vector<float> values;
  /// Labels (or "stop", "start") that the file does not cover; their rows are random.
  std::vector<std::string> missing;
};

/// The vector of a token is that of the whole label if the file has it (in lower case if not as spelt); else
/// the mean over those of its words that the file has, split at spaces, '_' and '-'; else it is drawn from a
/// normal distribution with the mean and standard deviation of all the numbers in the covered rows, seeded by
/// `seed`, and reported in `missing`. If a word occurs on several lines, the first counts. Throws DataError
/// if the file is missing or no such text (the sentence says what it is), a line is malformed (the sentence
/// gives its number), or no label is covered.
[[nodiscard]] WordVectors read_glove(const std::filesystem::path& path, const Vocabulary& vocabulary,
                                     std::uint64_t seed);

}  // namespace tagloom::datasets
