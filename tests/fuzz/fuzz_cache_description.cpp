// The JSON text inside a feature cache, which the checksums of HDF5 keep most mutations of a whole file from.

#include "fuzz/target.hpp"

#include <tagloom/featurecache/schema.hpp>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string description(tagloom::fuzz::text(data, size));
  return tagloom::fuzz::read_or_refuse([&] {
    (void)tagloom::featurecache::to_json(tagloom::featurecache::from_json(description, "cache.h5"));
  });
}
