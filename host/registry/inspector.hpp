#pragma once

/// Lets libraries meet the host in a process of their own first, each once: what it finds out is remembered
/// (remembered.hpp).

#include "registry/remembered.hpp"

#include <filesystem>
#include <mutex>
#include <optional>
#include <vector>

namespace tagloom::registry {

class Inspector {
 public:
  /// `program` is the full program, which can be a helper (runtime/helper.hpp).
  Inspector(std::filesystem::path memory, std::filesystem::path program);

  /// What is known of the library without asking it.
  [[nodiscard]] std::optional<Inspection> known(const std::filesystem::path& library);
  /// Asks it, unless it is known. Safe to call from several threads.
  Inspection inspected(const std::filesystem::path& library);
  /// Asks those that are not known, and those of which something was refused once more.
  void inspect_all(const std::vector<std::filesystem::path>& libraries);

 private:
  /// `mutex_` is held.
  std::vector<Inspection> ask(const std::vector<std::filesystem::path>& libraries);

  std::mutex mutex_;
  RememberedInspections remembered_;
  std::filesystem::path program_;
};

}  // namespace tagloom::registry
