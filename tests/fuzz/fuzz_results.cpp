// What `tagloom evaluate --json` writes, and others may have changed.

#include "fuzz/target.hpp"
#include "results/result_file.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const tagloom::fuzz::InputFile file(tagloom::fuzz::text(data, size));
  return tagloom::fuzz::read_or_refuse([&] { (void)tagloom::results::read_results(file.path()); });
}
