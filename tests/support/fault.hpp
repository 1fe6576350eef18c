#pragma once

/// System calls that fail on purpose, in this process: what a passing error of a disk or of the system does
/// to a program that must lose nothing.

#include <cstddef>
#include <string>

namespace tagloom::testing {

/// `any_lock` is `flock` and the locks of `fcntl`.
enum class Call { open, read, write, sync, rename, any_lock, flock };

/// While it lives, `call` fails with `error_number` on files whose path contains `part_of_path`, once
/// `successes` of them have worked. One at a time.
class Fault {
 public:
  Fault(Call call, int error_number, std::string part_of_path = "", std::size_t successes = 0);
  ~Fault();
  Fault(const Fault&) = delete;
  Fault& operator=(const Fault&) = delete;

  /// Strikes once more and then no longer, as a disk that tells of a failure once alone.
  void strike_once();

  /// How often it has struck.
  [[nodiscard]] static std::size_t strikes();
};

/// While it lives, reads of files whose path contains `part_of_path` wait, as from a disk that does not
/// answer. One at a time.
class HungReads {
 public:
  explicit HungReads(std::string part_of_path);
  ~HungReads();
  HungReads(const HungReads&) = delete;
  HungReads& operator=(const HungReads&) = delete;
};

}  // namespace tagloom::testing
