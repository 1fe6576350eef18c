#pragma once

/// The type that matrix products are computed in; weights and the optimiser stay float32.

#include "options/words.hpp"

#include <array>

namespace tagloom::runtime {

/// `automatic`: bfloat16 where the device multiplies it faster, as measured (product_type.hpp).
enum class Precision { automatic, float32, bfloat16 };

}  // namespace tagloom::runtime

template <>
struct tagloom::options::Words<tagloom::runtime::Precision> {
  static constexpr auto kAll =
      std::to_array<Word<runtime::Precision>>({{runtime::Precision::automatic, "auto"},
                                               {runtime::Precision::float32, "float32"},
                                               {runtime::Precision::bfloat16, "bfloat16"}});
};
