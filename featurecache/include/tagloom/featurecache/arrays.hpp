#pragma once

/// Arrays of numbers in files of other programs, read a few rows at a time: NumPy's .npy, and datasets in
/// HDF5. And what writes .npy.

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tagloom::featurecache {

/// An array with at least one dimension, whose first counts the rows. Used by one thread at a time.
class Array {
 public:
  Array() = default;
  Array(const Array&) = delete;
  Array& operator=(const Array&) = delete;
  virtual ~Array() = default;

  [[nodiscard]] virtual const std::vector<std::int64_t>& shape() const = 0;
  /// Some rows, on the CPU, in the floating type that the file has. Throws DataError if the file is damaged
  /// or cannot be read.
  [[nodiscard]] virtual at::Tensor rows(std::int64_t first, std::int64_t count) const = 0;
};

/// Throws DataError if the file is missing, no .npy or cut short, or does not hold float16, float32 or
/// float64 in little-endian order, row by row.
[[nodiscard]] std::unique_ptr<Array> open_npy(const std::filesystem::path& path);

/// Throws DataError if the file is missing, no HDF5 or damaged, or has no dataset of this name that holds
/// float16, float32 or float64, in little-endian order unless it is stored in chunks. One that is compressed
/// by HDF5's own filters is read; one that is in other files is refused.
[[nodiscard]] std::unique_ptr<Array> open_hdf5_array(const std::filesystem::path& path,
                                                     const std::string& dataset);

/// A dataset of texts in HDF5, of fixed or varying length. Throws DataError as above.
[[nodiscard]] std::vector<std::string> read_hdf5_texts(const std::filesystem::path& path,
                                                       const std::string& dataset);

/// What a .npy file of float16 or float32 begins with; the numbers follow, row by row.
[[nodiscard]] std::string npy_header(std::span<const std::int64_t> shape, at::ScalarType type);

/// Whether a file begins as .npy and HDF5 do. Throws DataError if it is missing or cannot be read.
[[nodiscard]] bool is_npy(const std::filesystem::path& path);
[[nodiscard]] bool is_hdf5(const std::filesystem::path& path);

}  // namespace tagloom::featurecache
