#include "fuzz/target.hpp"
#include "registry/manifest.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const tagloom::fuzz::InputFile file(tagloom::fuzz::text(data, size));
  return tagloom::fuzz::read_or_refuse([&] {
    for (const auto& record : tagloom::registry::read_manifest(file.path()).records)
      tagloom::registry::check_fits_host(record, file.path());
  });
}
