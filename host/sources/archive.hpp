#pragma once

/// An archive that images are read from, where it lies: nothing is unpacked to where a name in it says.

#include <tagloom/base/error.hpp>

#include <cstddef>
#include <vector>

namespace tagloom::sources {

/// There is no room on the disk for what comes out of a packed archive. That is no fault of the image that is
/// asked for, which must not be left out for it: no DataError.
class CannotUnpack : public Error {
 public:
  using Error::Error;
};

class Archive {
 public:
  Archive() = default;
  virtual ~Archive() = default;
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;

  /// The bytes of a member, counted from 0 in the order in which the archive's members were listed; cheapest
  /// in that order. May be called from several threads at once. Throws DataError, naming archive and member,
  /// where the archive is damaged, ends too early, is encrypted or packed in a way that is not read, and for
  /// a member of more than 2 GiB; and CannotUnpack.
  [[nodiscard]] virtual std::vector<std::byte> read(std::size_t member) const = 0;
};

}  // namespace tagloom::sources
