#pragma once

/// The safetensors format: an 8-byte little-endian header length, a JSON header, then the raw tensors. Used
/// for weights and for checkpoints, whose options travel in the header's `__metadata__` with our checksum.

#include <tagloom/base/export.hpp>
#include <tagloom/weights/named_tensors.hpp>

#include <filesystem>
#include <map>
#include <string>

namespace tagloom {

struct Safetensors {
  std::map<std::string, std::string> metadata;
  NamedTensors tensors;
};

/// Every offset and size is checked against the file before a byte is used, and the checksum where there is
/// one. Throws DamagedFile or another DataError, naming the file.
TAGLOOM_API Safetensors read_safetensors(const std::filesystem::path& path);

/// Writes beside the final name and renames when whole. Throws DataError if the disk is full or not writable.
TAGLOOM_API void write_safetensors(const std::filesystem::path& path, const Safetensors& content);

}  // namespace tagloom
