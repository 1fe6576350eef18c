#include "support/archives.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <zlib.h>

namespace tagloom::testing {
namespace {

constexpr std::size_t kBlock = 512;

void put(std::string& header, std::size_t at, const std::string& text) {
  header.replace(at, text.size(), text);
}

std::string octal(unsigned long long number, int digits) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%0*llo", digits, number);
  return text.data();
}

std::string little_endian(std::uint64_t number, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i)
    text += static_cast<char>(number >> (8 * i));
  return text;
}

/// What a zip's local header and its directory both say of a member.
std::string zip_facts(const Member& member, bool encrypted) {
  const auto crc = crc32(0, reinterpret_cast<const Bytef*>(member.content.data()),
                         static_cast<uInt>(member.content.size()));
  const std::string size = little_endian(member.content.size(), 4);
  return little_endian(20, 2) + little_endian(encrypted ? 1 : 0, 2) + std::string(6, '\0') +
         little_endian(crc, 4) + size + size + little_endian(member.name.size(), 2) + std::string(2, '\0');
}

}  // namespace

std::string tar_header(const Member& member, unsigned long long bytes) {
  std::string header(kBlock, '\0');
  put(header, 0, member.name);
  put(header, 100, "0000644");
  put(header, 108, "0000000");
  put(header, 116, "0000000");
  put(header, 124, octal(bytes, 11));
  put(header, 136, octal(0, 11));
  put(header, 148, std::string(8, ' '));
  header[156] = member.type;
  put(header, 157, member.target);
  put(header, 257,
      std::string("ustar\0"
                  "00",
                  8));
  unsigned long long sum = 0;
  for (const unsigned char byte : header)
    sum += byte;
  put(header, 148, octal(sum, 6) + std::string("\0 ", 2));
  return header;
}

std::string tar_of(const std::vector<Member>& members) {
  std::string bytes;
  for (const Member& member : members) {
    bytes += tar_header(member, member.content.size()) + member.content;
    bytes.resize((bytes.size() + kBlock - 1) / kBlock * kBlock);
  }
  return bytes + std::string(2 * kBlock, '\0');
}

std::string pax_name(const std::string& name) {
  const std::string said = " path=" + name + "\n";
  std::size_t length = said.size() + 2;
  if (std::to_string(length).size() + said.size() != length) ++length;
  return std::to_string(length) + said;
}

std::string gzipped(const std::string& bytes) {
  z_stream stream{};
  constexpr int kGzip = 15 + 16;
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("deflateInit2");
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  std::string input = bytes;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) throw std::runtime_error("deflate");
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string zip_of(const std::vector<Member>& members, bool encrypted) {
  std::string bytes;
  std::string directory;
  for (const Member& member : members) {
    const std::string facts = zip_facts(member, encrypted);
    directory += "PK\1\2" + little_endian(20, 2) + facts + std::string(10, '\0') +
                 little_endian(bytes.size(), 4) + member.name;
    bytes += "PK\3\4" + facts + member.name + member.content;
  }
  const std::string count = little_endian(members.size(), 2);
  return bytes + directory + "PK\5\6" + std::string(4, '\0') + count + count +
         little_endian(directory.size(), 4) + little_endian(bytes.size(), 4) + std::string(2, '\0');
}

std::string pixel(unsigned char brightness) {
  return "P6\n1 1\n255\n" + std::string(3, static_cast<char>(brightness)) + "        ";
}

}  // namespace tagloom::testing
