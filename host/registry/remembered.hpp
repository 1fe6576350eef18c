#pragma once

/// Inspections of earlier days, in the user's cache folder: whoever has an unchanged library is not asked
/// again. What cannot be read or written is done without.

#include "registry/inspection.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace tagloom::registry {

class RememberedInspections {
 public:
  /// An empty path remembers nothing.
  explicit RememberedInspections(std::filesystem::path file);

  /// If the library's file is what it was: of the same size and time, or else of the same content.
  [[nodiscard]] std::optional<Inspection> find(const std::filesystem::path& library);
  /// Writes the file, in which what came by chance is left out: it is asked again another day.
  void add(const std::filesystem::path& library, const Inspection& inspection);

 private:
  struct Entry {
    std::uint64_t bytes = 0;
    std::int64_t time = 0;
    std::string hash;
    Inspection inspection;
  };
  void read();
  void write() const;

  std::filesystem::path file_;
  std::map<std::string, Entry> entries_;
};

/// `plugins.json` in XDG_CACHE_HOME/tagloom, or ~/.cache/tagloom; empty where there is no such folder.
[[nodiscard]] std::filesystem::path usual_file_of_inspections();

}  // namespace tagloom::registry
