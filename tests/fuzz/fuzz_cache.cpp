#include "fuzz/target.hpp"

#include <tagloom/featurecache/reader.hpp>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const tagloom::fuzz::InputFile file(tagloom::fuzz::text(data, size));
  return tagloom::fuzz::read_or_refuse([&] { tagloom::featurecache::CacheReader(file.path()).verify(); });
}
