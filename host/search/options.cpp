#include "search/options.hpp"

#include <tagloom/base/error.hpp>

#include <fmt/format.h>

namespace tagloom::search {

using options::Row;

const options::Table<SearchOptions>& option_table() {
  // Beyond all use; a typing error would fill the memory otherwise.
  constexpr double kWidestBeam = 10000;
  static const options::Table<SearchOptions> table = {
      Row("beam", &SearchOptions::beam_width, "hypotheses kept an image; 1 is greedy search")
          .from(1)
          .to(kWidestBeam)
          .recorded(),
      Row("length-penalty", &SearchOptions::length_penalty, "rank hypotheses by log p / (labels + 1)^this")
          .from(0)
          .recorded(),
      Row("allow-repeats", &SearchOptions::allow_repeats, "let a sequence emit a label again").recorded(),
      Row("n-best", &SearchOptions::n_best, "hypotheses an image in the JSON file").from(1).recorded()};
  return table;
}

void check(const SearchOptions& options) {
  options::check(option_table(), options);
  if (options.n_best > options.beam_width)
    throw UsageError(fmt::format("--n-best is {}; it must be from 1 to the beam's width, {}.", options.n_best,
                                 options.beam_width));
}

}  // namespace tagloom::search
