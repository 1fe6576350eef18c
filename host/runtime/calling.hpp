#pragma once

/// What is being asked of a plugin at this moment, for the sentence that a crash ends with (crash.hpp).

#include <array>
#include <string_view>

namespace tagloom::runtime {

/// While it lives, a crash of this thread happened "in PURPOSE" ("loading FILE", "training ria"). They nest:
/// the innermost counts. A thread that a plugin started itself is taken for the main one. When it ends the
/// process is back in its working folder, where that is kept (working_folder.hpp): a plugin that changes it
/// changes none of the paths that a user gave.
class Calling {
 public:
  explicit Calling(std::string_view purpose);
  ~Calling();
  Calling(const Calling&) = delete;
  Calling& operator=(const Calling&) = delete;

  /// That of the innermost one; null if there is none. For a signal's handler.
  static const char* purpose() noexcept;

 private:
  std::array<char, 256> purpose_{};
  const Calling* outer_;
};

}  // namespace tagloom::runtime
