#pragma once

/// Where a pass over a tar archive takes its bytes from.

#include <tagloom/base/file.hpp>

#include <cstddef>
#include <cstdint>
#include <istream>
#include <memory>
#include <span>
#include <vector>

namespace tagloom::sources {

class Bytes {
 public:
  Bytes() = default;
  virtual ~Bytes() = default;
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;

  /// The next some, which stay until the next call; none at the end. Throws DataError.
  [[nodiscard]] virtual std::span<const std::byte> next() = 0;
  /// Leaves out as many as it can, up to `bytes`, without reading them; returns how many.
  virtual std::uint64_t skip(std::uint64_t bytes) = 0;
};

/// Those of a file from an offset on.
[[nodiscard]] std::unique_ptr<Bytes> bytes_of(std::shared_ptr<const File> file, std::uint64_t offset);
/// `beginning`, and all that `rest` yields then; the stream must outlive them.
[[nodiscard]] std::unique_ptr<Bytes> bytes_of(std::span<const std::byte> beginning, std::istream& rest);

}  // namespace tagloom::sources
