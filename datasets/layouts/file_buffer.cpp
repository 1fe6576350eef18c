#include "layouts/file_buffer.hpp"

#include <algorithm>
#include <span>

namespace tagloom::datasets {

constexpr std::uint64_t kBlockBytes = 1 << 18;

FileBuffer::FileBuffer(const std::filesystem::path& path)
    : file_(path, File::Mode::read), size_(file_.size()), block_(std::min(size_, kBlockBytes)) {}

FileBuffer::int_type FileBuffer::underflow() {
  const auto bytes = std::min<std::uint64_t>(size_ - read_, block_.size());
  if (bytes == 0) return traits_type::eof();
  const auto block = std::span(block_).first(static_cast<std::size_t>(bytes));
  file_.read_at(std::as_writable_bytes(block), read_);
  read_ += bytes;
  setg(block.data(), block.data(), block.data() + block.size());
  return traits_type::to_int_type(block.front());
}

std::string_view FileBuffer::beginning() {
  sgetc();
  return {gptr(), egptr()};
}

}  // namespace tagloom::datasets
