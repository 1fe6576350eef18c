#pragma once

/// The words of bitmap_codec.hpp in vectors of 64 bytes, by the instructions that x86-64 processors have for
/// just that (AVX-512 VBMI2): vbmi2.cpp, and no_vbmi2.cpp for other processors.

#include "codec/bitmap_words.hpp"

namespace tagloom::featurecache {

/// Whether this processor has them; nothing else may be called without.
[[nodiscard]] bool has_vbmi2();

/// Packs all numbers, of one, two or four bytes each; `to` is where those that are not zero go.
template <class Number>
void pack_vbmi2(std::span<const Number> numbers, std::byte* bits, std::byte* to);

/// Fills all of `numbers`; returns where the numbers after these come from.
template <class Number>
[[nodiscard]] const std::byte* unpack_vbmi2(const std::byte* bits, Source source, std::span<Number> numbers);

}  // namespace tagloom::featurecache
