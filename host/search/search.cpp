#include "search/search.hpp"

#include "search/beam.hpp"
#include "search/greedy.hpp"

namespace tagloom::search {

std::unique_ptr<Search> search_for(const Vocabulary& vocabulary, const SearchOptions& options) {
  check(options);
  if (options.beam_width == 1) return std::make_unique<Greedy>(vocabulary, options);
  return std::make_unique<Beam>(vocabulary, options);
}

}  // namespace tagloom::search
