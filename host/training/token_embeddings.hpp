#pragma once

/// Pretrained token embeddings as a tensor, and a sentence about what the file did not cover.

#include <tagloom/vocabulary.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace tagloom::training {

struct TokenEmbeddings {
  /// `[labels + 2, dimension]`, float32, rows in token order.
  at::Tensor table;
  std::string summary;
};

TokenEmbeddings read_token_embeddings(const std::filesystem::path& path, const Vocabulary& vocabulary,
                                      std::uint64_t seed);

}  // namespace tagloom::training
