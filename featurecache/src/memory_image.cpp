#include "memory_image.hpp"

#include <new>

namespace tagloom::featurecache {

void MemoryImage::use(hid_t access) {
  // The vector grows by larger steps itself; HDF5 would count them as part of the file.
  H5Pset_fapl_core(access, /*increment=*/1, /*backing_store=*/0);
  H5FD_file_image_callbacks_t callbacks = {};
  callbacks.image_realloc = &MemoryImage::resize;
  // HDF5 would free the bytes as it closes the file, which is when they are wanted.
  callbacks.image_free = [](void*, H5FD_file_image_op_t, void*) -> herr_t { return 0; };
  callbacks.udata_copy = [](void* image) { return image; };
  callbacks.udata_free = [](void*) -> herr_t { return 0; };
  callbacks.udata = this;
  H5Pset_file_image_callbacks(access, &callbacks);
}

void* MemoryImage::resize(void*, std::size_t size, H5FD_file_image_op_t, void* image) {
  auto& bytes = static_cast<MemoryImage*>(image)->bytes_;
  try {
    bytes.resize(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
  return bytes.data();
}

}  // namespace tagloom::featurecache
