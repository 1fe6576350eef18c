// Whatever --glove may be given: text, gzip, zip.

#include "fuzz/target.hpp"

#include <tagloom/datasets/glove.hpp>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const tagloom::Vocabulary vocabulary({"sea", "polar bear"});
  const tagloom::fuzz::InputFile file(tagloom::fuzz::text(data, size));
  return tagloom::fuzz::read_or_refuse(
      [&] { (void)tagloom::datasets::read_glove(file.path(), vocabulary, 1); });
}
