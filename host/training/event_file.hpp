#pragma once

/// A TensorBoard event file: records of protobuf messages with checksums, which TensorBoard follows while the
/// file grows. A crash or a full disk leaves at most its last record unfinished, which readers pass over.

#include <tagloom/base/file.hpp>

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace tagloom::training {

class EventFile {
 public:
  struct Scalar {
    std::string name;
    double value = 0;
  };

  /// A new file in the folder, which is made if it is not there. Its name sorts after those of all event
  /// files there, as TensorBoard reads them, and what those say of `first_step` and later steps is shown no
  /// more. Throws DataError if it cannot be written.
  EventFile(const std::filesystem::path& folder, std::int64_t first_step);

  /// In one record, so that all of them are in the file or none. Throws DataError if the disk is full.
  void write_scalars(std::int64_t step, std::span<const Scalar> scalars);
  /// `markdown` is UTF-8. Throws likewise.
  void write_text(std::int64_t step, std::string_view name, std::string_view markdown);

 private:
  void write(std::string_view event);

  File file_;
  std::uint64_t bytes_ = 0;
};

}  // namespace tagloom::training
