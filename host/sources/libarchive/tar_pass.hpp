#pragma once

/// One pass over a tar archive, plain or packed, member by member.

#include "sources/libarchive/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace tagloom::sources {

/// The archive cannot be read on, for a reason in libarchive's words.
class TarDamage : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Where the bytes cannot be had, each function throws what they threw, not TarDamage: a disk that cannot be
/// read is no damage of the archive.
class TarPass {
 public:
  enum class Kind { file, folder, link, other };

  struct Member {
    /// Any bytes.
    std::string name;
    Kind kind = Kind::file;
    std::uint64_t bytes = 0;
    /// Where its headers begin, in the archive as it is unpacked: a pass over a plain archive may begin
    /// there.
    std::uint64_t position = 0;
  };

  /// Throws TarDamage if the bytes begin no tar archive.
  explicit TarPass(std::unique_ptr<Bytes> bytes);
  ~TarPass();
  TarPass(const TarPass&) = delete;
  TarPass& operator=(const TarPass&) = delete;

  /// The next member, or nothing after the last. Throws TarDamage.
  [[nodiscard]] std::optional<Member> next();
  /// More of the member's content; fewer than asked only at its end. Throws TarDamage.
  [[nodiscard]] std::size_t read(std::span<std::byte> bytes);
  /// All of it. Throws TarDamage.
  [[nodiscard]] std::vector<std::byte> read_all(const Member& member);
  /// After the first member is known.
  [[nodiscard]] bool is_packed() const;

 private:
  struct Reader;
  std::unique_ptr<Reader> reader_;
};

}  // namespace tagloom::sources
