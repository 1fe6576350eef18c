// Our own look at an image before OpenCV decodes it.

#include "fuzz/target.hpp"
#include "images/complete.hpp"

#include <span>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)tagloom::datasets::completeness(std::as_bytes(std::span(data, size)));
  return 0;
}
