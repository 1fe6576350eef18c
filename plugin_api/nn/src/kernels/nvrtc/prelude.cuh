// What only CUDA C++ understands; tests have their own in its place.

#define TAGLOOM_PRAGMA(text) _Pragma(#text)
/// Before a loop: all of its rounds are written out, or so many at a time, whose reads are then under way together.
#define UNROLLED TAGLOOM_PRAGMA(unroll)
#define UNROLLED_BY(times) TAGLOOM_PRAGMA(unroll times)

namespace tagloom::device {

/// A block's dynamic shared memory.
__device__ inline float* shared_room() {
  extern __shared__ float room[];
  return room;
}

}  // namespace tagloom::device

