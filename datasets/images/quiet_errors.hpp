#pragma once

namespace tagloom::datasets {

/// While one lives, what its thread writes to std::cerr is lost: OpenCV 4.6 prints there what it catches.
/// Other threads write as before.
class QuietErrors {
 public:
  QuietErrors();
  ~QuietErrors();
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;
};

}  // namespace tagloom::datasets
