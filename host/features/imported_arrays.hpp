#pragma once

/// Arrays and names in files of other programs, whatever the file is: .npy, HDF5, safetensors or text.

#include <tagloom/featurecache/arrays.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tagloom {
struct Safetensors;
}

namespace tagloom::features {

/// A file of safetensors is read once, into memory, however many of its tensors are opened.
class ImportedFiles {
 public:
  ImportedFiles();
  ~ImportedFiles();

  /// The array; `key` is its name where the file may have several. Throws DataError as open_npy,
  /// open_hdf5_array and read_safetensors do.
  [[nodiscard]] std::unique_ptr<featurecache::Array> open(const std::filesystem::path& path,
                                                          const std::string& key) const;
  /// The names: lines of a text, a dataset of HDF5, or a JSON list in the metadata of safetensors.
  [[nodiscard]] std::vector<std::string> names(const std::filesystem::path& path,
                                               const std::string& key) const;

 private:
  [[nodiscard]] std::shared_ptr<const Safetensors> safetensors(const std::filesystem::path& path) const;

  mutable std::map<std::filesystem::path, std::shared_ptr<const Safetensors>> read_;
};

}  // namespace tagloom::features
