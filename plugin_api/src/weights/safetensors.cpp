#include <tagloom/base/json_text.hpp>
#include <tagloom/base/new_file.hpp>
#include <tagloom/error.hpp>
#include <tagloom/weights/safetensors.hpp>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <fstream>
#include <limits>
#include <numeric>
#include <string_view>
#include <system_error>

namespace tagloom {
namespace {

/// Keeps the order of names as the file has it.
using Json = nlohmann::ordered_json;

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
  throw DataError(path.string() + " is no whole safetensors file: " + reason +
                  "; give one, or fetch or write it again.");
}

at::ScalarType type_named(std::string_view name, const std::filesystem::path& path,
                          const std::string& tensor) {
  for (const auto& known : kTypeNames)
    if (known.name == name) return known.type;
  throw DataError(path.string() + ": tensor " + tensor + " has the type " + std::string(name) +
                  ", which cannot be read; convert it to F32.");
}

/// An open file, its parsed header, and where its tensors begin.
struct OpenFile {
  std::ifstream stream;
  Json header;
  std::uint64_t data_begin = 0;
  std::uint64_t data_bytes = 0;
};

OpenFile open_file(const std::filesystem::path& path) {
  OpenFile file;
  std::error_code error;
  const std::uint64_t file_bytes = std::filesystem::file_size(path, error);
  if (error) throw DataError("cannot read " + path.string() + ": " + error.message() + "; check the path.");
  file.stream.open(path, std::ios::binary);
  if (!file.stream)
    throw DataError("cannot open " + path.string() + ": " + std::generic_category().message(errno) +
                    "; check its permissions.");
  std::array<unsigned char, 8> prefix{};
  if (file_bytes < prefix.size() ||
      !file.stream.read(reinterpret_cast<char*>(prefix.data()), std::streamsize{prefix.size()}))
    fail(path, "it is shorter than 8 bytes");
  std::uint64_t header_bytes = 0;
  for (std::size_t i = 0; i < prefix.size(); ++i)
    header_bytes |= std::uint64_t{prefix[i]} << (8 * i);
  if (header_bytes > file_bytes - prefix.size()) fail(path, "its header reaches beyond its end");
  std::string text(header_bytes, '\0');
  if (!file.stream.read(text.data(), static_cast<std::streamsize>(header_bytes)))
    fail(path, "its header cannot be read");
  file.header = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!file.header.is_object()) fail(path, "its header is no JSON object");
  file.data_begin = prefix.size() + header_bytes;
  file.data_bytes = file_bytes - file.data_begin;
  return file;
}

std::map<std::string, std::string> metadata_of(const Json& header, const std::filesystem::path& path) {
  std::map<std::string, std::string> metadata;
  const auto found = header.find("__metadata__");
  if (found == header.end()) return metadata;
  if (!found->is_object()) fail(path, "its __metadata__ is no JSON object");
  for (const auto& [key, value] : found->items()) {
    if (!value.is_string()) fail(path, "its metadata \"" + key + "\" is no text");
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
  if (!well_formed) fail(path, "tensor " + name + " is not described by dtype, shape and data_offsets");

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
  if (end > file.data_bytes || entry.begin > end) fail(path, "tensor " + name + " lies beyond its end");
  entry.bytes = end - entry.begin;
  if (!fits || entry.bytes != bytes) fail(path, "the offsets of tensor " + name + " contradict its shape");
  return entry;
}

std::string_view name_of(at::ScalarType type, const std::string& tensor) {
  for (const auto& known : kTypeNames)
    if (known.type == type) return known.name;
  throw DataError("tensor " + tensor + " has the type " + c10::toString(type) +
                  ", which safetensors cannot hold; convert it to float32 first");
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

std::string header_text(const Safetensors& content, const std::vector<std::size_t>& order) {
  std::vector<std::uint64_t> begin(content.tensors.size());
  std::uint64_t position = 0;
  for (const std::size_t i : order) {
    begin[i] = position;
    position += content.tensors[i].second.nbytes();
  }
  Json header = Json::object();
  if (!content.metadata.empty()) header["__metadata__"] = content.metadata;
  for (std::size_t i = 0; i < content.tensors.size(); ++i) {
    const auto& [name, tensor] = content.tensors[i];
    header[name] = {{"dtype", name_of(tensor.scalar_type(), name)},
                    {"shape", tensor.sizes().vec()},
                    {"data_offsets", {begin[i], begin[i] + tensor.nbytes()}}};
  }
  std::string text = to_json_text(header);
  text.resize((text.size() + 7) / 8 * 8, ' ');
  return text;
}

void write_content(NewFile& file, const Safetensors& content) {
  const std::vector<std::size_t> order = layout(content.tensors);
  const std::string header = header_text(content, order);
  std::string length;
  for (std::size_t i = 0; i < 8; ++i)
    length += static_cast<char>(header.size() >> (8 * i) & 0xff);
  file.write(length);
  file.write(header);
  for (const std::size_t i : order) {
    const at::Tensor tensor = content.tensors[i].second.detach().to(at::kCPU).contiguous();
    file.write({static_cast<const std::byte*>(tensor.data_ptr()), tensor.nbytes()});
  }
}

}  // namespace

Safetensors read_safetensors(const std::filesystem::path& path) {
  OpenFile file = open_file(path);
  Safetensors content;
  content.metadata = metadata_of(file.header, path);
  std::uint64_t total_bytes = 0;
  for (const auto& [name, json] : file.header.items()) {
    if (name == "__metadata__") continue;
    const Entry entry = checked_entry(name, json, file, path);
    // Tensors that overlap would let a small file fill the memory.
    total_bytes += entry.bytes;
    if (total_bytes > file.data_bytes) fail(path, "its tensors overlap");
    at::Tensor tensor = at::empty(entry.shape, entry.type == at::kBool ? at::kByte : entry.type);
    file.stream.seekg(static_cast<std::streamoff>(file.data_begin + entry.begin));
    if (!file.stream.read(static_cast<char*>(tensor.data_ptr()), static_cast<std::streamsize>(entry.bytes)))
      fail(path, "tensor " + name + " cannot be read");
    // A foreign byte other than 0 and 1 must not become a bool as it is.
    content.tensors.emplace_back(name, entry.type == at::kBool ? tensor.ne(0) : tensor);
  }
  return content;
}

void write_safetensors(const std::filesystem::path& path, const Safetensors& content) {
  NewFile file(path);
  write_content(file, content);
  file.commit();
}

}  // namespace tagloom
