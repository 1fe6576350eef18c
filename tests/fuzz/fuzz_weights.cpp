// Whatever --set encoder.weights may be given: torch.save's zip archives and pickles among them.

#include "fuzz/target.hpp"

#include <tagloom/weights/named_tensors.hpp>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const tagloom::fuzz::InputFile file(tagloom::fuzz::text(data, size));
  // The fingerprint reads every element of what was found.
  return tagloom::fuzz::read_or_refuse(
      [&] { (void)tagloom::fingerprint(tagloom::read_weights(file.path())); });
}
