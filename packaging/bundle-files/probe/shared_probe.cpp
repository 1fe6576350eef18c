// What libtagloom_base.so needs of minizip and zlib, and libtagloom_nn.so of Highway, linked into a shared
// library as there.

#include <hwy/highway.h>
#include <minizip/unzip.h>

bool is_zip_archive(const char* path) {
  unzFile file = unzOpen64(path);
  if (file == nullptr) return false;
  unzClose(file);
  return true;
}

bool has_vectors() {
  return hwy::GetChosenTarget().GetIndex() != 0 || hwy::SupportedTargets() != 0;
}
