#pragma once

#include "options/words.hpp"

#include <tagloom/featurecache/schema.hpp>

#include <array>

template <>
struct tagloom::options::Words<tagloom::featurecache::Compression> {
  static constexpr auto kAll = std::to_array<Word<featurecache::Compression>>(
      {{featurecache::Compression::bitmap, "bitmap"}, {featurecache::Compression::none, "none"}});
};
