// Arrays and names in HDF5 files of other programs, which `tagloom cache import` takes. Names of varying
// length are not read here: HDF5 1.10 itself comes to no end in some damaged heaps of them
// (docs/cache-tools.md).

#include "fuzz/target.hpp"

#include <tagloom/featurecache/arrays.hpp>

#include <algorithm>

namespace {

using tagloom::fuzz::read_or_refuse;

/// An image has so many numbers at most (host/features/import_cache.cpp has a larger limit: in a fuzzer's
/// time, nothing else would be read).
constexpr std::int64_t kMostNumbers = 1 << 20;

bool has_small_rows(const std::vector<std::int64_t>& shape) {
  std::int64_t room = kMostNumbers;
  return std::all_of(shape.begin() + 1, shape.end(), [&](std::int64_t size) {
    if (size < 1 || size > room) return false;
    room /= size;
    return true;
  });
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const tagloom::fuzz::InputFile file(tagloom::fuzz::text(data, size));
  for (const char* name : {"pooled", "packed"})
    read_or_refuse([&] {
      const auto array = tagloom::featurecache::open_hdf5_array(file.path(), name);
      if (has_small_rows(array->shape()))
        (void)array->rows(0, std::min<std::int64_t>(array->shape().front(), 4));
    });
  read_or_refuse([&] { (void)tagloom::featurecache::read_hdf5_texts(file.path(), "short"); });
  return 0;
}
