#pragma once

/// The words for how features are stored.

#include "options/words.hpp"

#include <tagloom/featurecache/schema.hpp>

#include <array>

template <>
struct tagloom::options::Words<tagloom::featurecache::Compression> {
  static constexpr auto kAll = std::to_array<Word<featurecache::Compression>>(
      {{featurecache::Compression::bitmap, "bitmap"}, {featurecache::Compression::none, "none"}});
};

template <>
struct tagloom::options::Words<tagloom::featurecache::StoredType> {
  static constexpr auto kAll =
      std::to_array<Word<featurecache::StoredType>>({{featurecache::StoredType::float16, "float16"},
                                                     {featurecache::StoredType::bfloat16, "bfloat16"},
                                                     {featurecache::StoredType::float32, "float32"},
                                                     {featurecache::StoredType::int8, "int8"}});
};
