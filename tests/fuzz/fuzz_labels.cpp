// A label file in Corel-5k's layout.

#include "fuzz/target.hpp"
#include "support/files.hpp"

#include <tagloom/datasets/read.hpp>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const tagloom::testing::TemporaryFolder folder;
  tagloom::testing::write_text(folder / "train.json", std::string(tagloom::fuzz::text(data, size)));
  return tagloom::fuzz::read_or_refuse([&] { (void)tagloom::datasets::read(folder.path()); });
}
