// Arrays of NumPy, which `tagloom cache import` takes.

#include "fuzz/target.hpp"

#include <tagloom/featurecache/arrays.hpp>

#include <algorithm>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const tagloom::fuzz::InputFile file(tagloom::fuzz::text(data, size));
  return tagloom::fuzz::read_or_refuse([&] {
    const auto array = tagloom::featurecache::open_npy(file.path());
    (void)array->rows(0, std::min<std::int64_t>(array->shape().front(), 4));
  });
}
