#pragma once

/// The split whose scores choose the epoch that a training keeps.

#include "options/words.hpp"

#include <array>

namespace tagloom::evaluation {

/// `test` is for comparison with figures that were chosen so.
enum class SelectOn { validation, test };

}  // namespace tagloom::evaluation

template <>
struct tagloom::options::Words<tagloom::evaluation::SelectOn> {
  static constexpr auto kAll = std::to_array<Word<evaluation::SelectOn>>(
      {{evaluation::SelectOn::validation, "validation"}, {evaluation::SelectOn::test, "test"}});
};
