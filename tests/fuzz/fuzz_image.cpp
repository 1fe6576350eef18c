// An image of a data set, up to its pixels: our look at it, the codecs, and what we make of their answer.

#include "fuzz/target.hpp"

#include <tagloom/datasets/images/image.hpp>

#include <span>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // As many as OpenCV is told to allow (CMakeLists.txt), within the limit on memory.
  constexpr tagloom::datasets::DecodeOptions kOptions{.max_pixels = 1 << 24};
  return tagloom::fuzz::read_or_refuse([&] {
    (void)tagloom::datasets::decode_image(std::as_bytes(std::span(data, size)), "of the fuzzer", kOptions);
  });
}
