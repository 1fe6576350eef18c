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

/// What tells an unchanged file without reading it.
struct FileStamp {
  std::uint64_t bytes = 0;
  std::int64_t time = 0;

  bool operator==(const FileStamp&) const = default;
};
/// Zeros for a file that is not there.
[[nodiscard]] FileStamp stamp_of(const std::filesystem::path& file);

class RememberedInspections {
 public:
  /// An empty path remembers nothing beyond this process. What the file has of somebody else than `asked_by`
  /// does not count.
  RememberedInspections(std::filesystem::path file, std::string asked_by);

  /// If the library's file is what it was: of the same size and time, or else of the same content.
  [[nodiscard]] std::optional<Inspection> find(const std::filesystem::path& library);
  /// Unless the file is another one than it was when the inspection began.
  void add(const std::filesystem::path& library, const FileStamp& before, const Inspection& inspection);
  /// For later processes, but for what may change: that is asked again another day.
  void write() const;

 private:
  struct Entry {
    FileStamp stamp;
    std::string hash;
    Inspection inspection;
  };
  void read();

  std::filesystem::path file_;
  std::string asked_by_;
  std::map<std::filesystem::path, Entry> entries_;
};

/// `plugins.json` in XDG_CACHE_HOME/tagloom, or ~/.cache/tagloom; empty where there is no such folder.
[[nodiscard]] std::filesystem::path usual_file_of_inspections();

}  // namespace tagloom::registry
