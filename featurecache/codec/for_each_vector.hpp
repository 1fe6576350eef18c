/// A walk over numbers by vectors, for sources that Highway has compiled for every generation of processors:
/// included behind <hwy/foreach_target.h>, it is there once for each.

// As Highway's own headers of this kind do, in place of #pragma once.
#if defined(TAGLOOM_FEATURECACHE_CODEC_FOR_EACH_VECTOR) == defined(HWY_TARGET_TOGGLE)
#ifdef TAGLOOM_FEATURECACHE_CODEC_FOR_EACH_VECTOR
#undef TAGLOOM_FEATURECACHE_CODEC_FOR_EACH_VECTOR
#else
#define TAGLOOM_FEATURECACHE_CODEC_FOR_EACH_VECTOR
#endif

#include <cstddef>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tagloom::featurecache {
namespace {
namespace HWY_NAMESPACE {

/// Calls `step` with a tag for as many numbers as it has lanes, from the i-th on, until all had their turn.
template <class Step>
HWY_INLINE void for_each_vector(std::size_t count, const Step& step) {
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::ScalableTag<float> tag;
  std::size_t i = 0;
  for (; i + hn::Lanes(tag) <= count; i += hn::Lanes(tag))
    step(tag, i);
  for (; i < count; ++i)
    step(hn::CappedTag<float, 1>(), i);
}

}  // namespace HWY_NAMESPACE
}  // namespace
}  // namespace tagloom::featurecache
HWY_AFTER_NAMESPACE();

#endif
