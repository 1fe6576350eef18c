#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codec/convert.cpp"
#include "codec/convert.hpp"

#include "codec/half.hpp"

#include <cstring>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

// clang-format off: behind foreach_target.h, which has it included again
#include "codec/for_each_vector.hpp"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace tagloom::featurecache {
namespace {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// In a file, 16 bits are a half or a bfloat16.
struct Half {
  std::uint16_t bits;
};
struct BFloat16 {
  std::uint16_t bits;
};

template <class Tag>
HWY_INLINE hn::Vec<Tag> floats(Tag tag, const float* numbers) {
  return hn::LoadU(tag, numbers);
}

/// The floats that equal halves.
template <class Tag>
HWY_INLINE hn::Vec<Tag> floats(Tag tag, const Half* half) {
  const hn::Rebind<hwy::float16_t, Tag> halves;
  const auto wide = hn::PromoteTo(tag, hn::LoadU(halves, reinterpret_cast<const hwy::float16_t*>(half)));
  if constexpr (HWY_TARGET <= HWY_AVX2) return wide;
  // Where the processor has no conversion, Highway's takes infinity and NaN for numbers. They have all ones
  // in the exponent of either type.
  const hn::RebindToUnsigned<Tag> words;
  const hn::Rebind<std::uint16_t, Tag> shorts;
  const auto bits = hn::PromoteTo(words, hn::LoadU(shorts, &half->bits));
  const auto ones = hn::Set(words, 0x7C00);
  const auto special = hn::IfThenElseZero(hn::Eq(hn::And(bits, ones), ones), hn::Set(words, 0x7F800000));
  return hn::BitCast(tag, hn::Or(hn::BitCast(words, wide), special));
}

template <class Tag>
HWY_INLINE hn::Vec<Tag> floats(Tag tag, const BFloat16* numbers) {
  const hn::RebindToUnsigned<Tag> words;
  const hn::Rebind<std::uint16_t, Tag> shorts;
  return hn::BitCast(tag, hn::ShiftLeft<16>(hn::PromoteTo(words, hn::LoadU(shorts, &numbers->bits))));
}

template <class Tag>
HWY_INLINE hn::Vec<Tag> floats(Tag tag, const std::int8_t* numbers) {
  const hn::Rebind<std::int32_t, Tag> whole;
  const hn::Rebind<std::int8_t, Tag> bytes;
  return hn::ConvertTo(tag, hn::PromoteTo(whole, hn::LoadU(bytes, numbers)));
}

template <class Tag>
HWY_INLINE void put(Tag tag, hn::Vec<Tag> numbers, float* result) {
  hn::StoreU(numbers, tag, result);
}

template <class Tag>
HWY_INLINE void put([[maybe_unused]] Tag tag, hn::Vec<Tag> numbers, Half* result) {
  if constexpr (HWY_TARGET <= HWY_AVX2) {
    const hn::Rebind<hwy::float16_t, Tag> halves;
    hn::StoreU(hn::DemoteTo(halves, numbers), halves, reinterpret_cast<hwy::float16_t*>(result));
  } else {
    // Highway's own does not round to the nearest there.
    HWY_ALIGN float some[hn::MaxLanes(Tag())];
    hn::Store(numbers, tag, some);
    for (std::size_t i = 0; i < hn::Lanes(tag); ++i)
      result[i].bits = half_of(some[i]);
  }
}

template <class Tag>
HWY_INLINE void put([[maybe_unused]] Tag tag, hn::Vec<Tag> numbers, BFloat16* result) {
  const hn::RebindToUnsigned<Tag> words;
  const hn::Rebind<std::uint16_t, Tag> shorts;
  const auto bits = hn::BitCast(words, numbers);
  const auto odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(words, 1));
  const auto rounded = hn::ShiftRight<16>(hn::Add(bits, hn::Add(odd, hn::Set(words, 0x7FFF))));
  const auto is_nan = hn::RebindMask(words, hn::IsNaN(numbers));
  hn::StoreU(hn::TruncateTo(shorts, hn::IfThenElse(is_nan, hn::Set(words, 0x7FC0), rounded)), shorts,
             &result->bits);
}

template <class Stored, class Result>
HWY_INLINE void convert_all(const Stored* stored, Result* result, std::size_t count) {
  for_each_vector(count,
                  [&](auto tag, std::size_t i) HWY_ATTR { put(tag, floats(tag, stored + i), result + i); });
}

/// A scale for all.
template <class Result>
HWY_INLINE void scale_all(const std::int8_t* stored, float scale, Result* result, std::size_t count) {
  for_each_vector(count, [&](auto tag, std::size_t i) HWY_ATTR {
    put(tag, hn::Mul(floats(tag, stored + i), hn::Set(tag, scale)), result + i);
  });
}

/// A scale each.
template <class Result>
HWY_INLINE void scale_each(const std::int8_t* stored, const float* scales, Result* result,
                           std::size_t count) {
  for_each_vector(count, [&](auto tag, std::size_t i) HWY_ATTR {
    put(tag, hn::Mul(floats(tag, stored + i), floats(tag, scales + i)), result + i);
  });
}

template <class Result>
HWY_INLINE void from_int8(const StoredNumbers& from, Result* result, std::size_t count) {
  const auto* scales = reinterpret_cast<const float*>(from.bytes.data());
  const auto* stored = reinterpret_cast<const std::int8_t*>(from.bytes.data() + from.scales * sizeof(float));
  if (from.scales == 1) {
    float scale = 0;
    std::memcpy(&scale, scales, sizeof scale);
    return scale_all(stored, scale, result, count);
  }
  for (std::size_t i = 0; i < count; i += from.scales)
    scale_each(stored + i, scales, result + i, from.scales);
}

template <class Result>
HWY_INLINE void convert(const StoredNumbers& from, Result* result, std::size_t count) {
  const std::byte* const stored = from.bytes.data();
  switch (from.type) {
    case StoredType::int8:
      return from_int8(from, result, count);
    case StoredType::float32:
      return convert_all(reinterpret_cast<const float*>(stored), result, count);
    case StoredType::bfloat16:
      return convert_all(reinterpret_cast<const BFloat16*>(stored), result, count);
    default:
      return convert_all(reinterpret_cast<const Half*>(stored), result, count);
  }
}

void all_to_float16(const StoredNumbers& from, std::uint16_t* result, std::size_t count) {
  convert(from, reinterpret_cast<Half*>(result), count);
}

void all_to_bfloat16(const StoredNumbers& from, std::uint16_t* result, std::size_t count) {
  convert(from, reinterpret_cast<BFloat16*>(result), count);
}

void all_to_float32(const StoredNumbers& from, float* result, std::size_t count) {
  convert(from, result, count);
}

}  // namespace HWY_NAMESPACE
}  // namespace
}  // namespace tagloom::featurecache
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tagloom::featurecache {
namespace {
HWY_EXPORT(all_to_float16);
HWY_EXPORT(all_to_bfloat16);
HWY_EXPORT(all_to_float32);
}  // namespace

void to_float16(const StoredNumbers& stored, std::span<std::uint16_t> result) {
  HWY_DYNAMIC_DISPATCH(all_to_float16)(stored, result.data(), result.size());
}

void to_bfloat16(const StoredNumbers& stored, std::span<std::uint16_t> result) {
  HWY_DYNAMIC_DISPATCH(all_to_bfloat16)(stored, result.data(), result.size());
}

void to_float32(const StoredNumbers& stored, std::span<float> result) {
  HWY_DYNAMIC_DISPATCH(all_to_float32)(stored, result.data(), result.size());
}

}  // namespace tagloom::featurecache
#endif
