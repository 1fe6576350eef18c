#include "fuzz/mutate.hpp"

#include <array>
#include <cstdint>

namespace tagloom::fuzz {
namespace {

using Random = std::mt19937_64;

/// Below `bound`, or 0. Not a distribution of the standard library's, whose results differ between libraries.
std::size_t below(std::size_t bound, Random& random) {
  return bound == 0 ? 0 : static_cast<std::size_t>(random() % bound);
}

struct Range {
  std::size_t begin;
  std::size_t size;
};

/// Mostly short ones: long ones destroy what makes an input interesting.
Range range_in(const std::string& input, Random& random) {
  const std::size_t begin = below(input.size(), random);
  const std::size_t most =
      random() % 4 == 0 ? input.size() - begin : std::min<std::size_t>(16, input.size() - begin);
  return {begin, below(most + 1, random)};
}

void flip_bit(std::string& input, Random& random) {
  if (input.empty()) return;
  char& byte = input[below(input.size(), random)];
  byte = static_cast<char>(byte ^ static_cast<char>(1U << random() % 8));
}

/// A number of 1, 2, 4 or 8 bytes where lengths, offsets and counts may be.
void write_number(std::string& input, Random& random) {
  constexpr std::array<std::uint64_t, 12> kEdges = {0,
                                                    1,
                                                    0x7f,
                                                    0x80,
                                                    0xff,
                                                    0x7fff,
                                                    0xffff,
                                                    0x7fffffff,
                                                    0x80000000,
                                                    0xffffffff,
                                                    0x7fffffffffffffff,
                                                    0xffffffffffffffff};
  const std::uint64_t number =
      random() % 4 == 0 ? input.size() - random() % 16 : kEdges[random() % kEdges.size()];
  const std::size_t bytes = std::size_t{1} << random() % 4;
  const std::size_t begin = below(input.size(), random);
  for (std::size_t i = 0; i < bytes && begin + i < input.size(); ++i)
    input[begin + i] = static_cast<char>(number >> (8 * i) & 0xff);
}

/// What text formats trip over: numbers out of range, another type, depth, text that is no UTF-8.
void write_word(std::string& input, Random& random) {
  static const std::array<std::string, 14> kWords = {"-1",
                                                     "0",
                                                     "1e999",
                                                     "18446744073709551615",
                                                     "9223372036854775808",
                                                     "4294967296",
                                                     "0.5",
                                                     "null",
                                                     "true",
                                                     "[[[[[[[[",
                                                     "{}",
                                                     "\"\"",
                                                     "\xff\xfe",
                                                     std::string(1, '\0')};
  const Range range = range_in(input, random);
  input.replace(range.begin, range.size, kWords[random() % kWords.size()]);
}

void cut(std::string& input, Random& random) {
  const Range range = range_in(input, random);
  if (random() % 4 == 0)
    input.resize(range.begin);
  else
    input.erase(range.begin, range.size);
}

void repeat(std::string& input, Random& random) {
  const Range range = range_in(input, random);
  const std::string part = input.substr(range.begin, range.size);
  for (std::size_t times = 1 + random() % 8; times > 0; --times)
    input.insert(below(input.size() + 1, random), part);
}

void splice(std::string& input, const std::string& other, Random& random) {
  const Range from = range_in(other, random);
  const Range to = range_in(input, random);
  input.replace(to.begin, to.size, other.substr(from.begin, from.size));
}

}  // namespace

std::string mutated(const std::vector<std::string>& seeds, Random& random) {
  std::string input = seeds[random() % seeds.size()];
  for (std::size_t places = 1 + random() % 8; places > 0; --places) {
    switch (random() % 8) {
      case 0:
      case 1:
        flip_bit(input, random);
        break;
      case 2:
      case 3:
        write_number(input, random);
        break;
      case 4:
        write_word(input, random);
        break;
      case 5:
        cut(input, random);
        break;
      case 6:
        repeat(input, random);
        break;
      default:
        splice(input, seeds[random() % seeds.size()], random);
    }
  }
  return input;
}

}  // namespace tagloom::fuzz
