// What libtagloom_base.so needs of minizip and zlib, linked into a shared library as there.

#include <minizip/unzip.h>

bool is_zip_archive(const char* path) {
  unzFile file = unzOpen64(path);
  if (file == nullptr) return false;
  unzClose(file);
  return true;
}
