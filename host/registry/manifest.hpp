#pragma once

/// What a plugin library says of itself, read from its file. None of the library's code runs, and no byte of
/// the file is trusted: every offset is checked against the file's size, so that a truncated or hostile
/// library is refused here rather than crashing the process inside the dynamic loader.

#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::registry {

/// The plugin interface that a library was built for.
struct Interface {
  int version = 0;
  int minor = 0;

  [[nodiscard]] std::string to_text() const;
};

/// One component of a library.
struct ManifestRecord {
  Interface interface;
  std::string runtime_tag;
  std::string kind;
  std::string name;
  std::string summary;
  std::string paper;
};

/// What a library says of itself as a whole; empty texts if it does not.
struct About {
  std::string version;
  std::string author;
  std::string licence;
};

struct Manifest {
  About about;
  std::vector<ManifestRecord> records;
};

/// Throws PluginError if the file is no ELF library for this machine, is truncated, or has no tagloom
/// manifest.
Manifest read_manifest(const std::filesystem::path& library);

/// Throws PluginError, in one sentence, if the record was built for another plugin interface or a newer minor
/// version of it, or for another LibTorch.
void check_fits_host(const ManifestRecord& record, const std::filesystem::path& library);

}  // namespace tagloom::registry
