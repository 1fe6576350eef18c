#include "sources/libarchive/bytes.hpp"

#include <algorithm>
#include <utility>

namespace tagloom::sources {
namespace {

/// A header and most of a small image.
constexpr std::size_t kAtOnce = std::size_t{64} << 10;

class BytesOfFile final : public Bytes {
 public:
  BytesOfFile(std::shared_ptr<const File> file, std::uint64_t offset)
      : file_(std::move(file)), at_(offset), size_(file_->size()) {}

  std::span<const std::byte> next() override {
    buffer_.resize(std::min<std::uint64_t>(kAtOnce, size_ - std::min(at_, size_)));
    file_->read_at(buffer_, at_);
    at_ += buffer_.size();
    return buffer_;
  }

  std::uint64_t skip(std::uint64_t bytes) override {
    const std::uint64_t skipped = std::min(bytes, size_ - std::min(at_, size_));
    at_ += skipped;
    return skipped;
  }

 private:
  std::shared_ptr<const File> file_;
  std::uint64_t at_;
  std::uint64_t size_;
  std::vector<std::byte> buffer_;
};

class BytesOfStream final : public Bytes {
 public:
  BytesOfStream(std::span<const std::byte> beginning, std::istream& rest)
      : buffer_(beginning.begin(), beginning.end()), rest_(rest) {}

  std::span<const std::byte> next() override {
    if (std::exchange(begun_, true)) {
      buffer_.resize(kAtOnce);
      rest_.read(reinterpret_cast<char*>(buffer_.data()), static_cast<std::streamsize>(buffer_.size()));
      buffer_.resize(static_cast<std::size_t>(rest_.gcount()));
    }
    return buffer_;
  }

  std::uint64_t skip(std::uint64_t /*bytes*/) override { return 0; }

 private:
  std::vector<std::byte> buffer_;
  std::istream& rest_;
  bool begun_ = false;
};

}  // namespace

std::unique_ptr<Bytes> bytes_of(std::shared_ptr<const File> file, std::uint64_t offset) {
  return std::make_unique<BytesOfFile>(std::move(file), offset);
}

std::unique_ptr<Bytes> bytes_of(std::span<const std::byte> beginning, std::istream& rest) {
  return std::make_unique<BytesOfStream>(beginning, rest);
}

}  // namespace tagloom::sources
