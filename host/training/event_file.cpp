#include "training/event_file.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <boost/crc.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstring>
#include <protozero/pbf_writer.hpp>
#include <system_error>

namespace tagloom::training {
namespace {

namespace fs = std::filesystem;
using protozero::pbf_writer;

static_assert(std::endian::native == std::endian::little, "records hold numbers in little-endian order");

/// The fields that are written, by the numbers that TensorFlow's messages give them.
struct Event {
  enum : protozero::pbf_tag_type { wall_time = 1, step = 2, file_version = 3, summary = 5, session_log = 7 };
};
struct Value {
  enum : protozero::pbf_tag_type { tag = 1, simple_value = 2, tensor = 8, metadata = 9 };
};
struct Tensor {
  enum : protozero::pbf_tag_type { dtype = 1, shape = 2, string_val = 8 };
};
constexpr protozero::pbf_tag_type kSummaryValue = 1;
constexpr protozero::pbf_tag_type kMetadataPlugin = 1;
constexpr protozero::pbf_tag_type kPluginName = 1;
constexpr protozero::pbf_tag_type kShapeDimension = 2;
constexpr protozero::pbf_tag_type kDimensionSize = 1;
constexpr protozero::pbf_tag_type kSessionStatus = 1;
constexpr std::int32_t kSessionStart = 1;
constexpr std::int32_t kTypeString = 7;

/// As TFRecord files mask it: a checksum of bytes that hold checksums would be weak.
std::uint32_t masked_crc32c(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return std::rotr(static_cast<std::uint32_t>(crc.checksum()), 15) + 0xA282EAD8U;
}

template <class Number>
void append(std::string& bytes, Number number) {
  bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
}

/// The length and its checksum, the event and its checksum.
std::string record_of(std::string_view event) {
  std::string record;
  append(record, static_cast<std::uint64_t>(event.size()));
  append(record, masked_crc32c(record));
  record += event;
  append(record, masked_crc32c(event));
  return record;
}

std::chrono::nanoseconds now() {
  return std::chrono::system_clock::now().time_since_epoch();
}

/// An event whose content is appended to `event`.
pbf_writer begun(std::string& event, std::int64_t step) {
  pbf_writer writer(event);
  writer.add_double(Event::wall_time, std::chrono::duration<double>(now()).count());
  writer.add_int64(Event::step, step);
  return writer;
}

/// Named by the time, or behind the newest that is there: clocks are set back, and differ between machines.
fs::path new_path_in(const fs::path& folder) {
  const std::chrono::nanoseconds time = now();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  std::string name =
      fmt::format("events.out.tfevents.{:010}.{:09}", seconds.count(), (time - seconds).count());
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string other = entry.path().filename().string();
    if (other.starts_with("events.out.tfevents.") && other >= name) name = other + ".1";
  }
  return folder / name;
}

File created_in(const fs::path& folder) {
  try {
    fs::create_directories(folder);
    return {new_path_in(folder), File::Mode::create};
  } catch (const fs::filesystem_error& error) {
    throw DataError(fmt::format("cannot write event files to {}: {}; give another folder.", shown(folder),
                                error.code().message()));
  }
}

}  // namespace

EventFile::EventFile(const fs::path& folder, std::int64_t first_step) : file_(created_in(folder)) {
  std::string version;
  begun(version, first_step).add_string(Event::file_version, "brain.Event:2");
  write(version);
  std::string start;
  {
    pbf_writer event = begun(start, first_step);
    pbf_writer(event, Event::session_log).add_enum(kSessionStatus, kSessionStart);
  }
  write(start);
}

void EventFile::write_scalars(std::int64_t step, std::span<const Scalar> scalars) {
  std::string bytes;
  {
    pbf_writer event = begun(bytes, step);
    pbf_writer summary(event, Event::summary);
    for (const Scalar& scalar : scalars) {
      pbf_writer value(summary, kSummaryValue);
      value.add_string(Value::tag, scalar.name);
      value.add_float(Value::simple_value, static_cast<float>(scalar.value));
    }
  }
  write(bytes);
}

void EventFile::write_text(std::int64_t step, std::string_view name, std::string_view markdown) {
  std::string bytes;
  {
    pbf_writer event = begun(bytes, step);
    pbf_writer summary(event, Event::summary);
    pbf_writer value(summary, kSummaryValue);
    value.add_string(Value::tag, name.data(), name.size());
    {
      pbf_writer metadata(value, Value::metadata);
      pbf_writer(metadata, kMetadataPlugin).add_string(kPluginName, "text");
    }
    pbf_writer tensor(value, Value::tensor);
    tensor.add_enum(Tensor::dtype, kTypeString);
    {
      pbf_writer shape(tensor, Tensor::shape);
      pbf_writer(shape, kShapeDimension).add_int64(kDimensionSize, 1);
    }
    tensor.add_bytes(Tensor::string_val, markdown.data(), markdown.size());
  }
  write(bytes);
}

void EventFile::write(std::string_view event) {
  const std::string record = record_of(event);
  file_.write_at(std::as_bytes(std::span(record)), bytes_);
  bytes_ += record.size();
}

}  // namespace tagloom::training
