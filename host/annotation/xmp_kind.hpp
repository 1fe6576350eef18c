#pragma once

#include "options/words.hpp"

#include <array>

namespace tagloom::annotation {

/// How tags are left as keywords: not at all, in a file beside, or in a copy of the picture.
enum class Xmp { none, sidecar, copy };

}  // namespace tagloom::annotation

template <>
struct tagloom::options::Words<tagloom::annotation::Xmp> {
  static constexpr auto kAll = std::to_array<Word<annotation::Xmp>>({{annotation::Xmp::none, "none"},
                                                                     {annotation::Xmp::sidecar, "sidecar"},
                                                                     {annotation::Xmp::copy, "copy"}});
};
