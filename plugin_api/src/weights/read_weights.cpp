#include "weights/torch_save.hpp"

#include <tagloom/error.hpp>
#include <tagloom/weights/safetensors.hpp>

#include <array>
#include <cstdint>
#include <fstream>
#include <string_view>

namespace tagloom {
namespace {

enum class Format { safetensors, torch_zip, torch_legacy, unknown };

/// How legacy files begin: the pickled number 0x1950a86a20f9469cfc6c. Protocol and frame come before it.
constexpr std::string_view kLegacyMagic = "\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";
constexpr std::size_t kLongestLegacyPreamble = 11;

Format format_of(std::string_view beginning, std::uint64_t file_bytes) {
  if (beginning.starts_with("PK\x03\x04")) return Format::torch_zip;
  const std::size_t magic = beginning.find(kLegacyMagic);
  if (beginning.starts_with('\x80') && magic <= kLongestLegacyPreamble) return Format::torch_legacy;
  if (beginning.size() < 9 || beginning[8] != '{') return Format::unknown;
  std::uint64_t header_bytes = 0;
  for (std::size_t i = 0; i < 8; ++i)
    header_bytes |= std::uint64_t{static_cast<unsigned char>(beginning[i])} << (8 * i);
  // A cut file still counts as safetensors, so that the error can say what is wrong with it.
  constexpr std::uint64_t kLongestHeader = 100'000'000;
  return header_bytes <= std::max(kLongestHeader, file_bytes) ? Format::safetensors : Format::unknown;
}

}  // namespace

NamedTensors read_weights(const std::filesystem::path& path) {
  std::error_code error;
  const std::uint64_t file_bytes = std::filesystem::file_size(path, error);
  if (error)
    throw DataError("cannot read the weights " + path.string() + ": " + error.message() + "; check the path");
  std::array<char, 32> buffer{};
  std::ifstream file(path, std::ios::binary);
  if (!file)
    throw DataError("cannot read the weights " + path.string() + ": check that the file is readable");
  file.read(buffer.data(), std::streamsize{buffer.size()});
  switch (format_of({buffer.data(), static_cast<std::size_t>(file.gcount())}, file_bytes)) {
    case Format::safetensors:
      return read_safetensors(path).tensors;
    case Format::torch_zip:
      return read_torch_zip(path);
    case Format::torch_legacy:
      return read_torch_legacy(path);
    case Format::unknown:
      break;
  }
  throw DataError(path.string() +
                  " is no weights file: neither safetensors nor written by Python's torch.save");
}

}  // namespace tagloom
