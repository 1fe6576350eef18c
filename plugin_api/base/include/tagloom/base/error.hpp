#pragma once

/// The errors a user may meet. Their text is the sentence the user reads: what went wrong, where, and what to
/// do. They are thrown where the fact is known and caught in `main`, which prints the text and exits
/// non-zero.

#include <tagloom/base/export.hpp>

#include <stdexcept>
#include <string>

namespace tagloom {

/// Base of all errors that tagloom throws on purpose.
class TAGLOOM_API Error : public std::runtime_error {
 public:
  explicit Error(const std::string& sentence) : std::runtime_error(sentence) {}
};

/// The command line or an option is wrong.
class TAGLOOM_API UsageError : public Error {
 public:
  using Error::Error;
};

/// A file (image, label list, feature cache, weights, checkpoint) is missing, damaged or does not fit.
class TAGLOOM_API DataError : public Error {
 public:
  using Error::Error;
};

/// A plugin library cannot be used, or has no such component.
class TAGLOOM_API PluginError : public Error {
 public:
  using Error::Error;
};

/// A computation left the numbers (NaN or infinity).
class TAGLOOM_API NumericError : public Error {
 public:
  using Error::Error;
};

}  // namespace tagloom
