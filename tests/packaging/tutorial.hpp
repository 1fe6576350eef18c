#pragma once

/// Follows a document (document.hpp) in a folder, as its reader does: types its commands, compares what is
/// shown, writes its files and makes its changes.
///
/// | block | what is done with it |
/// | --- | --- |
/// | `sh` | run by bash, where the one before ended; the first command that fails is the last, and not meant
/// | | `text` | compared with what the block before showed, output and errors as they came | | `diff` |
/// applied by patch | | another with a file name (`cpp a.cpp`) | written to that file | | another | looked at
/// |

#include "document.hpp"
#include "installation.hpp"

#include <filesystem>
#include <string>

namespace tagloom::testing {

class Tutorial {
 public:
  /// Begins in an empty folder of the installation's.
  explicit Tutorial(const Installation& kit) : kit_(kit), folder_(kit.work()) {}
  /// What is wrong, as a text for people; empty where nothing is.
  std::string follow(const Block& block);

 private:
  std::string run(const std::string& lines);

  const Installation& kit_;
  std::filesystem::path folder_;
  std::string shown_;
};

}  // namespace tagloom::testing
