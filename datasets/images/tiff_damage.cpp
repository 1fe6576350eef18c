#include "images/codecs.hpp"

#include <tagloom/base/interrupt.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <tiffio.h>
#include <vector>

namespace tagloom::datasets {
namespace {

/// A file as libtiff reads it, and what libtiff says of it first.
struct Source {
  std::span<const std::byte> bytes;
  std::uint64_t at = 0;
  std::array<char, 256> error = {};
};

Source& source_of(void* handle) {
  return *static_cast<Source*>(handle);
}

tmsize_t read(thandle_t handle, void* target, tmsize_t length) {
  Source& source = source_of(handle);
  const auto rest = source.bytes.subspan(std::min<std::size_t>(source.at, source.bytes.size()));
  const auto found = rest.first(std::min(rest.size(), static_cast<std::size_t>(length)));
  std::memcpy(target, found.data(), found.size());
  source.at += found.size();
  return static_cast<tmsize_t>(found.size());
}

tmsize_t write(thandle_t /*handle*/, void* /*bytes*/, tmsize_t /*length*/) {
  return 0;
}

toff_t seek(thandle_t handle, toff_t offset, int from) {
  Source& source = source_of(handle);
  const std::uint64_t start = from == SEEK_CUR ? source.at : from == SEEK_END ? source.bytes.size() : 0;
  return source.at = start + offset;
}

toff_t size(thandle_t handle) {
  return source_of(handle).bytes.size();
}

int close(thandle_t /*handle*/) {
  return 0;
}

/// Returns that nobody else need hear of it, as do all handlers.
int note(TIFF* /*tiff*/, void* handle, const char* /*module*/, const char* format, std::va_list values) {
  auto& error = source_of(handle).error;
  if (error[0] == '\0') std::vsnprintf(error.data(), error.size(), format, values);
  return 1;
}

/// Those warnings by which decoders tell of damage that they go on from.
int note_damage(TIFF* tiff, void* handle, const char* module, const char* format, std::va_list values) {
  constexpr std::array<std::string_view, 2> kDecoders = {"JPEGLib", "PackBitsDecode"};
  const bool decoder = module != nullptr && (std::ranges::find(kDecoders, module) != kDecoders.end() ||
                                             std::string_view(module).starts_with("Fax"));
  return decoder ? note(tiff, handle, module, format, values) : 1;
}

void throw_noted(const Source& source) {
  const std::string_view error(source.error.data());
  constexpr std::array<std::string_view, 4> kNoMemory = {"ut of memory", "No space for", "to allocate memory",
                                                         "Insufficient memory"};
  if (std::ranges::any_of(kNoMemory, [&](auto words) { return error.find(words) != error.npos; }))
    throw std::bad_alloc();
  if (!error.empty()) throw Undecodable(fmt::format("libtiff says: {}", error));
}

using Handle = std::unique_ptr<TIFF, decltype(&TIFFClose)>;

Handle opened(Source& source) {
  const std::unique_ptr<TIFFOpenOptions, decltype(&TIFFOpenOptionsFree)> options(TIFFOpenOptionsAlloc(),
                                                                                 TIFFOpenOptionsFree);
  if (options == nullptr) throw std::bad_alloc();
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), note, &source);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), note_damage, &source);
  Handle tiff(
      TIFFClientOpenExt("", "r", &source, read, write, seek, close, size, nullptr, nullptr, options.get()),
      TIFFClose);
  if (tiff != nullptr) return tiff;
  throw_noted(source);
  throw Undecodable("libtiff finds no TIFF in it");
}

}  // namespace

void check_tiff(std::span<const std::byte> bytes, const PictureHeader& header) {
  Source source{.bytes = bytes};
  const Handle tiff = opened(source);
  source.error = {};  // oddities of the directory
  const bool tiled = TIFFIsTiled(tiff.get()) != 0;
  const auto piece_bytes = tiled ? TIFFTileSize(tiff.get()) : TIFFStripSize(tiff.get());
  throw_noted(source);
  // A tile may be larger than a small picture.
  constexpr std::uint64_t kBytesAPixel = 8;
  constexpr std::uint64_t kLargeTile = std::uint64_t{1} << 26U;
  if (piece_bytes <= 0 ||
      static_cast<std::uint64_t>(piece_bytes) > header.pixels() * kBytesAPixel + kLargeTile)
    throw Undecodable("Its header contradicts itself");
  std::vector<std::byte> piece(static_cast<std::size_t>(piece_bytes));
  const auto count = tiled ? TIFFNumberOfTiles(tiff.get()) : TIFFNumberOfStrips(tiff.get());
  for (std::uint32_t i = 0; i < count; ++i) {
    throw_if_stop_requested();
    const std::uint64_t at = TIFFGetStrileOffset(tiff.get(), i);
    if (at > bytes.size() || TIFFGetStrileByteCount(tiff.get(), i) > bytes.size() - at)
      throw Undecodable("Its file ends before its pixels do");
    if (tiled)
      TIFFReadEncodedTile(tiff.get(), i, piece.data(), piece_bytes);
    else
      TIFFReadEncodedStrip(tiff.get(), i, piece.data(), piece_bytes);
    throw_noted(source);
  }
}

}  // namespace tagloom::datasets
