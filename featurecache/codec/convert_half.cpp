#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codec/convert_half.cpp"
#include "codec/convert_half.hpp"

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tagloom::featurecache {
namespace {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// The floats that equal halves.
template <class Tag>
HWY_INLINE hn::Vec<Tag> floats(Tag tag, const std::uint16_t* half) {
  const hn::Rebind<hwy::float16_t, Tag> halves;
  const auto wide = hn::PromoteTo(tag, hn::LoadU(halves, reinterpret_cast<const hwy::float16_t*>(half)));
  if constexpr (HWY_TARGET <= HWY_AVX2) return wide;
  // Where the processor has no conversion, Highway's takes infinity and NaN for numbers. They have all ones
  // in the exponent of either type.
  const hn::RebindToUnsigned<Tag> words;
  const auto bits = hn::PromoteTo(words, hn::LoadU(hn::Rebind<std::uint16_t, Tag>(), half));
  const auto ones = hn::Set(words, 0x7C00);
  const auto special = hn::IfThenElseZero(hn::Eq(hn::And(bits, ones), ones), hn::Set(words, 0x7F800000));
  return hn::BitCast(tag, hn::Or(hn::BitCast(words, wide), special));
}

template <class Tag>
HWY_INLINE void convert(Tag tag, const std::uint16_t* half, float* result) {
  hn::StoreU(floats(tag, half), tag, result);
}

template <class Tag>
HWY_INLINE void convert(Tag tag, const std::uint16_t* half, std::uint16_t* result) {
  const hn::RebindToUnsigned<Tag> words;
  const hn::Rebind<std::uint16_t, Tag> shorts;
  const auto wide = floats(tag, half);
  const auto bits = hn::BitCast(words, wide);
  const auto odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(words, 1));
  const auto rounded = hn::ShiftRight<16>(hn::Add(bits, hn::Add(odd, hn::Set(words, 0x7FFF))));
  const auto is_nan = hn::RebindMask(words, hn::IsNaN(wide));
  hn::StoreU(hn::TruncateTo(shorts, hn::IfThenElse(is_nan, hn::Set(words, 0x7FC0), rounded)), shorts, result);
}

template <class Number>
HWY_INLINE void convert_all(const std::uint16_t* half, Number* result, std::size_t count) {
  const hn::ScalableTag<float> tag;
  std::size_t i = 0;
  for (; i + hn::Lanes(tag) <= count; i += hn::Lanes(tag))
    convert(tag, half + i, result + i);
  for (; i < count; ++i)
    convert(hn::CappedTag<float, 1>(), half + i, result + i);
}

void to_float(const std::uint16_t* half, float* result, std::size_t count) {
  convert_all(half, result, count);
}

void to_bfloat16(const std::uint16_t* half, std::uint16_t* result, std::size_t count) {
  convert_all(half, result, count);
}

}  // namespace HWY_NAMESPACE
}  // namespace
}  // namespace tagloom::featurecache
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tagloom::featurecache {
namespace {
HWY_EXPORT(to_float);
HWY_EXPORT(to_bfloat16);
}  // namespace

void half_to_float(std::span<const std::uint16_t> half, std::span<float> result) {
  HWY_DYNAMIC_DISPATCH(to_float)(half.data(), result.data(), half.size());
}

void half_to_bfloat16(std::span<const std::uint16_t> half, std::span<std::uint16_t> result) {
  HWY_DYNAMIC_DISPATCH(to_bfloat16)(half.data(), result.data(), half.size());
}

}  // namespace tagloom::featurecache
#endif
