#pragma once

/// The build as a user has it, installed, and what is done with it in folders outside the tree.

#include "end_to_end/tagloom_process.hpp"
#include "support/files.hpp"

#include <filesystem>
#include <string>

namespace tagloom::testing {

/// The build tree, installed into a folder that vanishes. Takes a fraction of a second.
class Installation {
 public:
  Installation();
  [[nodiscard]] std::filesystem::path prefix() const { return folder_ / "there"; }
  /// The same, in another place.
  [[nodiscard]] std::filesystem::path moved() const;

  /// A fresh folder for somebody's own work; vanishes with the installation.
  [[nodiscard]] std::filesystem::path work() const;
  /// Runs lines of shell in a folder, as somebody who has the installed program on the PATH; the first that
  /// fails is the last. Compilers go through ccache, which knows what it compiled for another installation.
  [[nodiscard]] ProcessResult run(const std::filesystem::path& folder, const std::string& lines) const;

 private:
  TemporaryFolder folder_;
};

/// A project's commands for training, on fewer images of the demo set and for one epoch.
std::string shortened(std::string training);

}  // namespace tagloom::testing
