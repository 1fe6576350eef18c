#pragma once

#include <tagloom/base/file.hpp>

#include <cstdint>
#include <streambuf>
#include <string_view>
#include <vector>

namespace tagloom::datasets {

/// A file's bytes from the first to the last, in memory a block at a time. Whoever reads gets DataError if
/// the file is missing or cannot be read.
class FileBuffer : public std::streambuf {
 public:
  explicit FileBuffer(const std::filesystem::path& path);

  [[nodiscard]] const File& file() const { return file_; }
  /// From where reading is to the end of the block.
  [[nodiscard]] std::string_view beginning();

 protected:
  int_type underflow() override;

 private:
  File file_;
  std::uint64_t size_;
  std::uint64_t read_ = 0;
  std::vector<char> block_;
};

}  // namespace tagloom::datasets
