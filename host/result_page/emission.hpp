#pragma once

/// At which place of the sequence each label is emitted.

#include "results/result_file.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tagloom::result_page {

struct Emitted {
  /// Index into the vocabulary.
  std::int64_t label = 0;
  /// So many were given it.
  std::int64_t images = 0;
  /// From 1 on.
  double mean_place = 0;
  /// Images by place: the first, the second, ...; as many as the longest sequence of all has.
  std::vector<std::int64_t> by_place;
};

inline constexpr std::size_t kMostEmitted = 30;

/// The labels that are said most often, in the order of their mean place.
[[nodiscard]] std::vector<Emitted> emission(const results::Result& result, std::size_t most = kMostEmitted);

}  // namespace tagloom::result_page
