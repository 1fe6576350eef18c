#include "search/search.hpp"

namespace tagloom::search {

std::vector<Found> search(Decoder& decoder, const Features& features, const Vocabulary& vocabulary,
                          const SearchOptions& options) {
  check(options);
  return options.beam_width == 1 ? greedy(decoder, features, vocabulary, options)
                                 : beam(decoder, features, vocabulary, options);
}

}  // namespace tagloom::search
