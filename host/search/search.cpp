#include "search/search.hpp"

#include <tagloom/base/error.hpp>

#include <fmt/format.h>

#include <cmath>

namespace tagloom::search {

/// Beyond all use; a typing error would fill the memory otherwise.
constexpr std::int64_t kWidestBeam = 10000;

void check(const SearchOptions& options) {
  const auto demand = [](bool usable, const char* option, const char* range, auto value) {
    if (!usable) throw UsageError(fmt::format("--{} is {}; it must be {}.", option, value, range));
  };
  demand(options.beam_width >= 1 && options.beam_width <= kWidestBeam, "beam", "from 1 to 10000",
         options.beam_width);
  demand(options.n_best >= 1 && options.n_best <= options.beam_width, "n-best", "from 1 to the beam's width",
         options.n_best);
  demand(std::isfinite(options.length_penalty) && options.length_penalty >= 0, "length-penalty", "at least 0",
         options.length_penalty);
}

std::vector<Found> search(Decoder& decoder, const Features& features, const Vocabulary& vocabulary,
                          const SearchOptions& options) {
  check(options);
  return options.beam_width == 1 ? greedy(decoder, features, vocabulary, options)
                                 : beam(decoder, features, vocabulary, options);
}

}  // namespace tagloom::search
