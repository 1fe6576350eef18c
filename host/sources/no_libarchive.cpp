#include "sources/tar.hpp"

#include <tagloom/base/error.hpp>

namespace tagloom::sources {
namespace {

DataError no_libarchive() {
  return DataError(
      "this build of tagloom reads no tar archives; install the package libarchive-dev and build tagloom "
      "again, or unpack them.");
}

}  // namespace

bool has_libarchive() {
  return false;
}

std::shared_ptr<UnpackedTars> no_unpacked_tars() {
  return nullptr;
}

ArchiveImages open_tar(const std::filesystem::path& /*path*/,
                       const std::shared_ptr<UnpackedTars>& /*unpacked*/) {
  throw no_libarchive();
}

ArchiveImages open_tar_stream(std::span<const std::byte> /*beginning*/, std::istream& /*rest*/) {
  throw no_libarchive();
}

}  // namespace tagloom::sources
