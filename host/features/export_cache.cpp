#include "features/export_cache.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/json_text.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/new_file.hpp>
#include <tagloom/featurecache/arrays.hpp>
#include <tagloom/featurecache/reader.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>
#include <span>
#include <string>
#include <system_error>
#include <vector>

namespace tagloom::features {
namespace {

namespace fs = std::filesystem;
using featurecache::CacheReader;
using nlohmann::ordered_json;

constexpr std::int64_t kRowsAtOnce = 32;

/// One of a cache's two arrays.
struct Part {
  const char* name;
  FeatureNeeds needs;
  std::vector<std::int64_t> shape;
  at::ScalarType type;

  [[nodiscard]] std::uint64_t bytes() const {
    return std::accumulate(shape.begin(), shape.end(), std::uint64_t{c10::elementSize(type)},
                           [](std::uint64_t a, std::int64_t b) { return a * static_cast<std::uint64_t>(b); });
  }
};

/// As they are stored where the format has such numbers: .npy knows no bfloat16.
at::ScalarType type_of(const CacheReader& cache, ArrayFormat format) {
  const at::ScalarType type = featurecache::type_as_stored(cache.info().store);
  return format == ArrayFormat::npy && type == at::kBFloat16 ? at::kFloat : type;
}

std::vector<Part> parts_of(const CacheReader& cache, const ExportCacheConfig& config) {
  const featurecache::CacheInfo& info = cache.info();
  const at::ScalarType type = type_of(cache, config.format);
  const FeatureShape& shape = info.feature_shape;
  std::vector<Part> parts;
  if (info.has.pooled)
    parts.push_back({"pooled", {.pooled = true, .map = false}, {info.images, shape.channels}, type});
  if (info.has.map && !config.pooled_only)
    parts.push_back({"map",
                     {.pooled = false, .map = true},
                     {info.images, shape.map_height, shape.map_width, shape.channels},
                     type});
  return parts;
}

void write_rows(const CacheReader& cache, const Part& part, NewFile& file) {
  const std::int64_t images = cache.info().images;
  for (std::int64_t first = 0; first < images; first += kRowsAtOnce) {
    throw_if_stop_requested();
    std::vector<std::int64_t> rows(static_cast<std::size_t>(std::min(kRowsAtOnce, images - first)));
    std::iota(rows.begin(), rows.end(), first);
    const Features read = cache.read(rows, part.needs).to(at::kCPU, part.type);
    const at::Tensor& numbers = part.needs.map ? read.map : read.pooled;
    file.write(std::span(static_cast<const std::byte*>(numbers.data_ptr()), numbers.nbytes()));
  }
}

std::uint64_t write_text(const fs::path& path, const std::string& text) {
  replace_file(path, text);
  return text.size();
}

void remove_file(const fs::path& path) {
  std::error_code failure;
  fs::remove(path, failure);
  if (failure) throw cannot_write(path, failure.value());
}

std::string lines_of(const CacheReader& cache) {
  std::string lines;
  for (const std::string& name : cache.names()) {
    if (name.find('\n') != std::string::npos)
      throw DataError(
          fmt::format("image {} in {} has a line break in its name, and names.txt has a name a line; "
                      "take --format safetensors",
                      shown(name), shown(cache.path())));
    lines += name + "\n";
  }
  return lines;
}

std::uint64_t write_npy(const CacheReader& cache, const std::vector<Part>& parts, const fs::path& folder) {
  const std::string names = lines_of(cache);
  create_folder(folder);
  // Those of an earlier export must not stand beside other features, should this one not reach its end.
  for (const char* last : {"names.txt", "cache.json"})
    remove_file(folder / last);
  std::uint64_t bytes = 0;
  for (const Part& part : parts) {
    const std::string header = featurecache::npy_header(part.shape, part.type);
    NewFile file(folder / (std::string(part.name) + ".npy"));
    file.write(header);
    write_rows(cache, part, file);
    file.commit();
    bytes += header.size() + part.bytes();
  }
  bytes += write_text(folder / "names.txt", names);
  return bytes + write_text(folder / "cache.json", featurecache::to_json(cache.info()) + "\n");
}

const char* safetensors_name(at::ScalarType type) {
  return type == at::kHalf ? "F16" : type == at::kBFloat16 ? "BF16" : "F32";
}

/// The header of a safetensors file: its length, and JSON filled up with spaces.
std::string safetensors_header(const CacheReader& cache, const std::vector<Part>& parts) {
  ordered_json header = {{"__metadata__",
                          {{"names", to_json_text(ordered_json(cache.names()))},
                           {"tagloom", featurecache::to_json(cache.info())}}}};
  std::uint64_t begin = 0;
  for (const Part& part : parts) {
    header[part.name] = {{"dtype", safetensors_name(part.type)},
                         {"shape", part.shape},
                         {"data_offsets", {begin, begin + part.bytes()}}};
    begin += part.bytes();
  }
  std::string text = to_json_text(header);
  text.resize((text.size() + 7) / 8 * 8, ' ');
  std::string length;
  for (std::size_t i = 0; i < 8; ++i)
    length += static_cast<char>(text.size() >> (8 * i) & 0xff);
  return length + text;
}

/// Not by weights/safetensors.hpp, which wants all of it in memory.
std::uint64_t write_safetensors(const CacheReader& cache, const std::vector<Part>& parts,
                                const fs::path& path) {
  const std::string header = safetensors_header(cache, parts);
  std::uint64_t bytes = header.size();
  NewFile file(path);
  file.write(header);
  for (const Part& part : parts) {
    write_rows(cache, part, file);
    bytes += part.bytes();
  }
  file.commit();
  return bytes;
}

}  // namespace

ExportCacheResult export_cache(const ExportCacheConfig& config) {
  check(config);
  // A signal leaves nothing half-written.
  const EndsInGoodOrder in_good_order;
  const CacheReader cache(config.cache);
  const std::vector<Part> parts = parts_of(cache, config);
  const auto write = config.format == ArrayFormat::npy ? write_npy : write_safetensors;
  return {.images = cache.info().images, .bytes = write(cache, parts, config.output)};
}

}  // namespace tagloom::features
