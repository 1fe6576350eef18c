#include "features/imported_arrays.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/lines.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/weights/safetensors.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace tagloom::features {
namespace {

namespace fs = std::filesystem;

class TensorArray : public featurecache::Array {
 public:
  /// The tensor may share its memory with `owner`.
  TensorArray(std::shared_ptr<const Safetensors> owner, at::Tensor tensor)
      : owner_(std::move(owner)), tensor_(std::move(tensor)), shape_(tensor_.sizes().vec()) {}

  [[nodiscard]] const std::vector<std::int64_t>& shape() const override { return shape_; }
  [[nodiscard]] at::Tensor rows(std::int64_t first, std::int64_t count) const override {
    return tensor_.narrow(0, first, count);
  }

 private:
  std::shared_ptr<const Safetensors> owner_;
  at::Tensor tensor_;
  std::vector<std::int64_t> shape_;
};

/// A header's length, of which the upper bytes are 0, and an object of JSON.
bool is_safetensors(const fs::path& path) {
  const File file(path, File::Mode::read);
  std::array<std::byte, 9> begin = {};
  if (file.size() < begin.size()) return false;
  file.read_at(begin, 0);
  return begin[5] == std::byte{0} && begin[6] == std::byte{0} && begin[7] == std::byte{0} &&
         begin[8] == std::byte{'{'};
}

std::vector<std::string> lines_in(const fs::path& path) {
  const std::vector<std::byte> bytes = read_file(path);
  auto lines = lines_of({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path.native());
  while (!lines.empty() && lines.back().empty())
    lines.pop_back();
  return {lines.begin(), lines.end()};
}

std::vector<std::string> names_in(const Safetensors& content, const fs::path& path, const std::string& key) {
  const auto found = content.metadata.find(key);
  if (found == content.metadata.end())
    throw DataError(fmt::format("{} has no \"{}\" in its metadata; give --names FILE, a name a line",
                                shown(path), shown(key)));
  try {
    return nlohmann::json::parse(found->second).get<std::vector<std::string>>();
  } catch (const nlohmann::json::exception&) {
    throw DataError(
        fmt::format("\"{}\" in the metadata of {} is no list of names in JSON; give --names FILE, a "
                    "name a line",
                    shown(key), shown(path)));
  }
}

}  // namespace

ImportedFiles::ImportedFiles() = default;
ImportedFiles::~ImportedFiles() = default;

std::shared_ptr<const Safetensors> ImportedFiles::safetensors(const fs::path& path) const {
  std::shared_ptr<const Safetensors>& read = read_[path];
  if (!read) read = std::make_shared<const Safetensors>(read_safetensors(path));
  return read;
}

std::unique_ptr<featurecache::Array> ImportedFiles::open(const fs::path& path, const std::string& key) const {
  if (featurecache::is_npy(path)) return featurecache::open_npy(path);
  if (featurecache::is_hdf5(path)) return featurecache::open_hdf5_array(path, key);
  if (!is_safetensors(path))
    throw DataError(fmt::format(
        "{} is neither .npy, HDF5 nor safetensors; store the features as one of these", shown(path)));
  const auto content = safetensors(path);
  const auto found =
      std::ranges::find_if(content->tensors, [&](const auto& named) { return named.first == key; });
  if (found == content->tensors.end()) {
    std::vector<std::string> names;
    for (const auto& [name, tensor] : content->tensors)
      names.push_back(shown(name));
    names.resize(std::min<std::size_t>(names.size(), 5));
    throw DataError(fmt::format("{} has no tensor \"{}\"; it has, for one, {}", shown(path), shown(key),
                                names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))));
  }
  if (!found->second.is_floating_point() || found->second.dim() == 0)
    throw DataError(
        fmt::format("tensor \"{}\" in {} holds no floating-point numbers in rows; store it as float16 "
                    "or float32",
                    shown(key), shown(path)));
  return std::make_unique<TensorArray>(content, found->second);
}

std::vector<std::string> ImportedFiles::names(const fs::path& path, const std::string& key) const {
  if (featurecache::is_hdf5(path)) return featurecache::read_hdf5_texts(path, key);
  if (featurecache::is_npy(path))
    throw DataError(fmt::format("{} holds no names; give --names FILE, a name a line", shown(path)));
  return is_safetensors(path) ? names_in(*safetensors(path), path, key) : lines_in(path);
}

}  // namespace tagloom::features
