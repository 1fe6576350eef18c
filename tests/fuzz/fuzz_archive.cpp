// Archives that images are read from: tar, plain or packed, and zip.

#include "fuzz/target.hpp"
#include "sources/open_archive.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const tagloom::fuzz::InputFile file(tagloom::fuzz::text(data, size));
  const tagloom::sources::ArchiveImages images = tagloom::sources::ArchiveOpener().open(file.path());
  for (std::size_t image = 0; image < images.names.size(); ++image)
    tagloom::fuzz::read_or_refuse([&] { (void)images.archive->read(image); });
  return 0;
}
