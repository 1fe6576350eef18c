#pragma once

/// The errors a user may meet. Their text is the sentence the user reads: what went wrong, where, and what to
/// do; it ends with a period, whoever wrote it. They are thrown where the fact is known and caught in `main`,
/// which prints the text and exits non-zero.

#include <tagloom/base/export.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

namespace tagloom {

/// The text with a period behind it, unless it has an end already.
[[nodiscard]] TAGLOOM_API std::string as_sentence(std::string_view text);

/// Base of all errors that tagloom throws on purpose.
class TAGLOOM_API Error : public std::runtime_error {
 public:
  explicit Error(std::string_view sentence) : std::runtime_error(as_sentence(sentence)) {}
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
