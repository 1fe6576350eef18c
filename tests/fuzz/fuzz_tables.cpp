// Lists of images as tables and as text, all three of which are read from the same bytes.

#include "fuzz/target.hpp"
#include "support/files.hpp"

#include <tagloom/datasets/read.hpp>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const tagloom::testing::TemporaryFolder folder;
  tagloom::testing::write_text(folder / "labels.csv", std::string(tagloom::fuzz::text(data, size)));
  for (const char* layout : {"csv", "openimages", "list"})
    tagloom::fuzz::read_or_refuse(
        [&] { (void)tagloom::datasets::read(folder / "labels.csv", {.layout = layout}); });
  return 0;
}
