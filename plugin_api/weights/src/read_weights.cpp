#include "shard_index.hpp"
#include "torch_save.hpp"

#include <tagloom/base/file.hpp>
#include <tagloom/base/file_kind.hpp>
#include <tagloom/base/lines.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/weights/safetensors.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

namespace tagloom {
namespace {

enum class Format { safetensors, torch_zip, torch_legacy, shard_index, unknown };

/// How legacy files begin: the pickled number 0x1950a86a20f9469cfc6c. Protocol and frame come before it.
constexpr std::string_view kLegacyMagic = "\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";
constexpr std::size_t kLongestLegacyPreamble = 11;
/// The same in protocols 0 and 1.
constexpr std::string_view kLegacyMagicAsText = "L119547037146038801333356L\n";

/// A length and a JSON header. A cut file still counts, so that the error can say what is wrong with it.
bool is_safetensors(std::string_view beginning, std::uint64_t file_bytes) {
  if (beginning.size() < 9 || beginning[8] != '{') return false;
  std::uint64_t header_bytes = 0;
  for (std::size_t i = 0; i < 8; ++i)
    header_bytes |= std::uint64_t{static_cast<unsigned char>(beginning[i])} << (8 * i);
  constexpr std::uint64_t kLongestHeader = 100'000'000;
  return header_bytes <= std::max(kLongestHeader, file_bytes);
}

Format format_of(std::string_view beginning, std::uint64_t file_bytes) {
  if (beginning.starts_with("PK\x03\x04")) return Format::torch_zip;
  const std::size_t magic = beginning.find(kLegacyMagic);
  if (beginning.starts_with('\x80') && magic <= kLongestLegacyPreamble) return Format::torch_legacy;
  if (beginning.starts_with(kLegacyMagicAsText)) return Format::torch_legacy;
  if (is_safetensors(beginning, file_bytes)) return Format::safetensors;
  beginning = without_byte_order_mark(beginning);
  const std::size_t text = beginning.find_first_not_of(" \t\r\n");
  return text != std::string_view::npos && beginning[text] == '{' ? Format::shard_index : Format::unknown;
}

std::string beginning_of(const File& file) {
  constexpr std::uint64_t kEnough = 512;
  std::string beginning(std::min(file.size(), kEnough), '\0');
  file.read_at(std::as_writable_bytes(std::span(beginning)), 0);
  return beginning;
}

NamedTensors read(const std::filesystem::path& path, bool is_shard) {
  const File file(path, File::Mode::read);
  const std::string beginning = beginning_of(file);
  switch (format_of(beginning, file.size())) {
    case Format::safetensors:
      return read_safetensors(path).tensors;
    case Format::torch_zip:
      return read_torch_zip(path);
    case Format::torch_legacy:
      return read_torch_legacy(path);
    case Format::shard_index:
      if (is_shard) break;
      return read_shards(path, [](const std::filesystem::path& shard) { return read(shard, true); });
    case Format::unknown:
      break;
  }
  const std::string_view kind = file_kind(beginning);
  throw DataError(fmt::format(
      "{} holds no weights: it is {}; give a file of safetensors or one that Python's torch.save wrote.",
      shown(path), kind.empty() ? "neither safetensors nor written by Python's torch.save" : kind));
}

}  // namespace

NamedTensors read_weights(const std::filesystem::path& path) {
  return read(path, false);
}

}  // namespace tagloom
