#include "host/event_records.hpp"

#include "support/files.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string_view>
#include <vector>

namespace tagloom::training {
namespace {

std::uint32_t crc32c(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78 : 0);
  }
  return ~crc;
}

template <class Number>
Number number_at(std::string_view bytes, std::size_t offset) {
  Number number;
  std::memcpy(&number, bytes.data() + offset, sizeof number);
  return number;
}

void expect_checksum(std::string_view bytes, std::uint32_t masked) {
  const std::uint32_t rotated = masked - 0xA282EAD8;
  EXPECT_EQ((rotated << 15) | (rotated >> 17), crc32c(bytes));
}

/// The whole records of a file.
std::vector<std::string> events_of(std::string_view bytes) {
  std::vector<std::string> events;
  while (bytes.size() >= 12) {
    const auto length = number_at<std::uint64_t>(bytes, 0);
    expect_checksum(bytes.substr(0, 8), number_at<std::uint32_t>(bytes, 8));
    if (bytes.size() < length + 16) break;
    events.emplace_back(bytes.substr(12, length));
    expect_checksum(events.back(), number_at<std::uint32_t>(bytes, 12 + length));
    bytes.remove_prefix(length + 16);
  }
  return events;
}

struct Field {
  std::uint64_t number = 0;
  std::uint64_t integer = 0;
  float real = 0;
  std::string_view bytes;
};

std::uint64_t take_varint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (int shift = 0; !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) break;
  }
  return value;
}

/// What a protobuf message holds.
std::vector<Field> fields_of(std::string_view message) {
  std::vector<Field> fields;
  while (!message.empty()) {
    const std::uint64_t key = take_varint(message);
    Field field{.number = key >> 3};
    std::size_t size = 0;
    switch (key & 7) {
      case 0:
        field.integer = take_varint(message);
        break;
      case 1:
        size = 8;
        break;
      case 2:
        size = take_varint(message);
        break;
      case 5:
        size = 4;
        field.real = number_at<float>(message, 0);
        break;
      default:
        ADD_FAILURE() << "wire type " << (key & 7);
        return fields;
    }
    field.bytes = message.substr(0, size);
    message.remove_prefix(size);
    fields.push_back(field);
  }
  return fields;
}

void hide_from(std::int64_t step, Curves& curves) {
  for (auto& [name, curve] : curves)
    curve.erase(curve.lower_bound(step), curve.end());
  std::erase_if(curves, [](const auto& named) { return named.second.empty(); });
}

void add_summary(std::string_view summary, std::int64_t step, Curves& curves) {
  for (const Field& value : fields_of(summary)) {
    std::string name;
    for (const Field& part : fields_of(value.bytes)) {
      if (part.number == 1) name = part.bytes;
      if (part.number != 2) continue;
      EXPECT_TRUE(curves[name].emplace(step, part.real).second) << name << " again at " << step;
    }
  }
}

}  // namespace

void read_on(const std::filesystem::path& file, Curves& curves) {
  const std::string bytes = tagloom::testing::read_text(file);
  const std::vector<std::string> events = events_of(bytes);
  ASSERT_FALSE(events.empty()) << file;
  EXPECT_NE(events.front().find("brain.Event:2"), std::string::npos) << file;
  for (const std::string& event : events) {
    std::int64_t step = 0;
    for (const Field& field : fields_of(event)) {
      if (field.number == 2) step = static_cast<std::int64_t>(field.integer);
      if (field.number == 5) add_summary(field.bytes, step, curves);
      if (field.number == 7) hide_from(step, curves);
    }
  }
}

}  // namespace tagloom::training
