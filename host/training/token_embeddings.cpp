#include "training/token_embeddings.hpp"

#include <tagloom/base/name.hpp>
#include <tagloom/datasets/glove.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tagloom::training {

TokenEmbeddings read_token_embeddings(const std::filesystem::path& path, const Vocabulary& vocabulary,
                                      std::uint64_t seed) {
  datasets::WordVectors vectors = datasets::read_glove(path, vocabulary, seed);
  const std::int64_t tokens = vocabulary.size() + 2;
  std::string summary =
      fmt::format("Embeddings: {} dimensions from {} for {} of {} tokens", vectors.dimension,
                  shown(path.filename()), tokens - static_cast<std::int64_t>(vectors.missing.size()), tokens);
  if (!vectors.missing.empty())
    summary += "; random for " + shown(fmt::format("{}", fmt::join(vectors.missing, ", ")));
  return {at::tensor(vectors.values, at::kFloat).view({tokens, vectors.dimension}), std::move(summary)};
}

}  // namespace tagloom::training
