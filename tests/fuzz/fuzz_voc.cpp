// An annotation in Pascal VOC's XML.

#include "fuzz/target.hpp"
#include "support/files.hpp"

#include <tagloom/datasets/read.hpp>

#include <filesystem>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const tagloom::testing::TemporaryFolder folder;
  std::filesystem::create_directories(folder / "Annotations");
  tagloom::testing::write_text(folder / "Annotations/1.xml", std::string(tagloom::fuzz::text(data, size)));
  return tagloom::fuzz::read_or_refuse(
      [&] { (void)tagloom::datasets::read(folder.path(), {.layout = "voc"}); });
}
