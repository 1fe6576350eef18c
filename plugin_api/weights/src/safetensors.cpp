#include "tensor_text.hpp"

#include <tagloom/base/file.hpp>
#include <tagloom/base/file_kind.hpp>
#include <tagloom/base/hash.hpp>
#include <tagloom/base/json_text.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/new_file.hpp>
#include <tagloom/weights/safetensors.hpp>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <string_view>

namespace tagloom {
namespace {

/// Keeps the order of names as the file has it.
using Json = nlohmann::ordered_json;

constexpr const char* kMetadata = "__metadata__";
/// In the metadata of files that tagloom wrote.
constexpr const char* kChecksum = "tagloom_checksum";
constexpr std::size_t kMostDimensions = 64;

struct TypeName {
  std::string_view name;
  at::ScalarType type;
};

constexpr std::array kTypeNames = {TypeName{"F64", at::kDouble}, TypeName{"F32", at::kFloat},
                                   TypeName{"F16", at::kHalf},   TypeName{"BF16", at::kBFloat16},
                                   TypeName{"I64", at::kLong},   TypeName{"I32", at::kInt},
                                   TypeName{"I16", at::kShort},  TypeName{"I8", at::kChar},
                                   TypeName{"U8", at::kByte},    TypeName{"BOOL", at::kBool}};

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& reason) {
  throw DamagedFile(shown(path) + " is no whole safetensors file: " + reason +
                    "; give one, or fetch or write it again.");
}

/// Its beginning is not that of a safetensors file.
[[noreturn]] void fail(const File& file, const std::string& reason) {
  const std::string_view kind = file_kind(file);
  fail(file.path(), kind.empty() ? reason : "it is " + std::string(kind));
}

at::ScalarType type_named(std::string_view name, const std::filesystem::path& path,
                          const std::string& tensor) {
  for (const auto& known : kTypeNames)
    if (known.name == name) return known.type;
  throw DataError(shown(path) + ": tensor " + tensor_name(tensor) + " has the type " + tensor_name(name) +
                  ", which cannot be read; convert it to F32.");
}

/// An open file, its parsed header, and where its tensors begin.
struct OpenFile {
  File file;
  Json header;
  std::uint64_t data_begin = 0;
  std::uint64_t data_bytes = 0;
};

OpenFile open_file(const std::filesystem::path& path) {
  OpenFile open{.file = File(path, File::Mode::read), .header = {}};
  const std::uint64_t file_bytes = open.file.size();
  std::array<unsigned char, 8> prefix{};
  if (file_bytes < prefix.size()) fail(open.file, "it is shorter than 8 bytes");
  open.file.read_at(std::as_writable_bytes(std::span(prefix)), 0);
  std::uint64_t header_bytes = 0;
  for (std::size_t i = 0; i < prefix.size(); ++i)
    header_bytes |= std::uint64_t{prefix[i]} << (8 * i);
  if (header_bytes > file_bytes - prefix.size()) fail(open.file, "its header reaches beyond its end");
  std::string text(header_bytes, '\0');
  open.file.read_at(std::as_writable_bytes(std::span(text)), prefix.size());
  open.header = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!open.header.is_object()) fail(open.file, "its header is no JSON object");
  open.data_begin = prefix.size() + header_bytes;
  open.data_bytes = file_bytes - open.data_begin;
  return open;
}

std::map<std::string, std::string> metadata_of(const Json& header, const std::filesystem::path& path) {
  std::map<std::string, std::string> metadata;
  const auto found = header.find(kMetadata);
  if (found == header.end()) return metadata;
  if (!found->is_object()) fail(path, "its __metadata__ is no JSON object");
  for (const auto& [key, value] : found->items()) {
    if (!value.is_string()) fail(path, "its metadata \"" + tensor_name(key) + "\" is no text");
    metadata[key] = value.get<std::string>();
  }
  return metadata;
}

/// One tensor of the header, checked against the size of the file.
struct Entry {
  at::ScalarType type = at::kFloat;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0;
  std::uint64_t bytes = 0;
};

Entry checked_entry(const std::string& name, const Json& json, const OpenFile& file,
                    const std::filesystem::path& path) {
  const auto is_unsigned = [](const Json& number) { return number.is_number_unsigned(); };
  const bool well_formed = json.is_object() && json.contains("dtype") && json["dtype"].is_string() &&
                           json.contains("shape") && json["shape"].is_array() &&
                           std::ranges::all_of(json["shape"], is_unsigned) && json.contains("data_offsets") &&
                           json["data_offsets"].is_array() && json["data_offsets"].size() == 2 &&
                           std::ranges::all_of(json["data_offsets"], is_unsigned);
  if (!well_formed)
    fail(path, "tensor " + tensor_name(name) + " is not described by dtype, shape and data_offsets");
  if (json["shape"].size() > kMostDimensions)
    fail(path,
         "tensor " + tensor_name(name) + " has " + std::to_string(json["shape"].size()) + " dimensions");

  Entry entry;
  entry.type = type_named(json["dtype"].get<std::string>(), path, name);
  std::uint64_t bytes = c10::elementSize(entry.type);
  bool fits = true;
  for (const auto& side : json["shape"]) {
    const auto size = side.get<std::uint64_t>();
    fits = fits && size <= std::uint64_t{std::numeric_limits<std::int64_t>::max()} &&
           !__builtin_mul_overflow(bytes, size, &bytes);
    entry.shape.push_back(static_cast<std::int64_t>(size));
  }
  entry.begin = json["data_offsets"][0].get<std::uint64_t>();
  const auto end = json["data_offsets"][1].get<std::uint64_t>();
  if (end > file.data_bytes || entry.begin > end)
    fail(path, "tensor " + tensor_name(name) + " lies beyond its end");
  entry.bytes = end - entry.begin;
  if (!fits || entry.bytes != bytes)
    fail(path, "the offsets of tensor " + tensor_name(name) + " contradict its shape");
  return entry;
}

std::string_view name_of(at::ScalarType type, const std::string& tensor) {
  for (const auto& known : kTypeNames)
    if (known.type == type) return known.name;
  throw DataError("tensor " + tensor_name(tensor) + " has the type " + c10::toString(type) +
                  ", which safetensors cannot hold; convert it to float32 first.");
}

/// Positions of the tensors, wide elements first: every tensor is then aligned to its element, which readers
/// that map the file need.
std::vector<std::size_t> layout(const NamedTensors& tensors) {
  std::vector<std::size_t> order(tensors.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater{},
                           [&](std::size_t i) { return tensors[i].second.element_size(); });
  return order;
}

Json header_of(const Safetensors& content, const std::vector<std::size_t>& order) {
  std::vector<std::uint64_t> begin(content.tensors.size());
  std::uint64_t position = 0;
  for (const std::size_t i : order) {
    begin[i] = position;
    position += content.tensors[i].second.nbytes();
  }
  Json header = Json::object();
  header[kMetadata] = content.metadata;
  for (std::size_t i = 0; i < content.tensors.size(); ++i) {
    const auto& [name, tensor] = content.tensors[i];
    header[name] = {{"dtype", name_of(tensor.scalar_type(), name)},
                    {"shape", tensor.sizes().vec()},
                    {"data_offsets", {begin[i], begin[i] + tensor.nbytes()}}};
  }
  // What was no UTF-8 is so by now: the checksum is of what will be read.
  return Json::parse(to_json_text(header));
}

std::span<const std::byte> bytes_of(const at::Tensor& tensor) {
  return {static_cast<const std::byte*>(tensor.data_ptr()), tensor.nbytes()};
}

/// Hashes all that the header says but the checksum itself; the tensors follow, in the header's order.
void update(Hasher& hasher, const Json& header) {
  for (const auto& [name, value] : header.items()) {
    if (name == kMetadata) {
      for (const auto& [key, text] : value.items())
        if (key != kChecksum) hasher.update(key).update(text.get<std::string>());
    } else {
      hasher.update(name).update(to_json_text(value));
    }
  }
}

/// On the CPU, one value after another.
NamedTensors to_write(const NamedTensors& tensors) {
  NamedTensors values;
  for (const auto& [name, tensor] : tensors)
    values.emplace_back(name, tensor.detach().to(at::kCPU).contiguous());
  return values;
}

void write_content(NewFile& file, const Safetensors& content) {
  const std::vector<std::size_t> order = layout(content.tensors);
  Json header = header_of(content, order);
  Hasher hasher;
  update(hasher, header);
  for (const auto& [name, tensor] : content.tensors)
    hasher.update(bytes_of(tensor));
  header[kMetadata][kChecksum] = hasher.hex();
  std::string text = to_json_text(header);
  text.resize((text.size() + 7) / 8 * 8, ' ');
  std::string length;
  for (std::size_t i = 0; i < 8; ++i)
    length += static_cast<char>(text.size() >> (8 * i) & 0xff);
  file.write(length);
  file.write(text);
  for (const std::size_t i : order)
    file.write(bytes_of(content.tensors[i].second));
}

}  // namespace

Safetensors read_safetensors(const std::filesystem::path& path) {
  const OpenFile open = open_file(path);
  Safetensors content;
  content.metadata = metadata_of(open.header, path);
  Hasher hasher;
  const auto checksum = content.metadata.extract(kChecksum);
  if (checksum) update(hasher, open.header);
  std::uint64_t total_bytes = 0;
  for (const auto& [name, json] : open.header.items()) {
    if (name == kMetadata) continue;
    const Entry entry = checked_entry(name, json, open, path);
    // Tensors that overlap would let a small file fill the memory.
    total_bytes += entry.bytes;
    if (total_bytes > open.data_bytes) fail(path, "its tensors overlap");
    at::Tensor tensor = at::empty(entry.shape, entry.type == at::kBool ? at::kByte : entry.type);
    const std::span bytes(static_cast<std::byte*>(tensor.data_ptr()), entry.bytes);
    open.file.read_at(bytes, open.data_begin + entry.begin);
    if (checksum) hasher.update(bytes);
    // A foreign byte other than 0 and 1 must not become a bool as it is.
    content.tensors.emplace_back(name, entry.type == at::kBool ? tensor.ne(0) : tensor);
  }
  if (checksum && checksum.mapped() != hasher.hex())
    throw DamagedFile(shown(path) +
                      " is damaged: what it holds is not what was written, as its checksum shows; copy it "
                      "again, or write it anew.");
  return content;
}

void write_safetensors(const std::filesystem::path& path, const Safetensors& content) {
  NewFile file(path);
  write_content(file, {.metadata = content.metadata, .tensors = to_write(content.tensors)});
  file.commit();
}

}  // namespace tagloom
