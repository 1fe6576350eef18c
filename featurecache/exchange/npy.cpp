/// NumPy's own format: a magic text, a version, the length of a header, the header (the text of a Python
/// dictionary, filled up with spaces so that what follows is aligned), and the numbers.

#include <tagloom/base/file.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/featurecache/arrays.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

namespace tagloom::featurecache {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
/// Far longer than any header of an array of numbers.
constexpr std::uint64_t kMostHeaderBytes = std::uint64_t{1} << 20;
constexpr std::size_t kAlignment = 64;

/// What follows `'key':` in a header; empty if it has no such key.
std::string_view value_of(std::string_view header, std::string_view key) {
  const auto found = header.find(fmt::format("'{}':", key));
  if (found == std::string_view::npos) return {};
  std::string_view value = header.substr(found + key.size() + 3);
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  return value;
}

std::optional<at::ScalarType> type_from(std::string_view value) {
  if (value.starts_with("'<f2'")) return at::kHalf;
  if (value.starts_with("'<f4'")) return at::kFloat;
  if (value.starts_with("'<f8'")) return at::kDouble;
  return std::nullopt;
}

/// "(3, 4)", "(3,)".
std::optional<std::vector<std::int64_t>> shape_from(std::string_view value) {
  const auto end = value.find(')');
  if (!value.starts_with('(') || end == std::string_view::npos) return std::nullopt;
  value = value.substr(1, end - 1);
  std::vector<std::int64_t> shape;
  while (true) {
    value.remove_prefix(std::min(value.find_first_not_of(" ,"), value.size()));
    if (value.empty()) return shape;
    std::int64_t size = 0;
    const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), size);
    if (error != std::errc() || size < 0) return std::nullopt;
    shape.push_back(size);
    value.remove_prefix(static_cast<std::size_t>(stop - value.data()));
  }
}

class Npy : public Array {
 public:
  explicit Npy(const std::filesystem::path& path) : file_(path, File::Mode::read) {
    const std::string header = read_header();
    const auto shape = shape_from(value_of(header, "shape"));
    const auto type = type_from(value_of(header, "descr"));
    if (!shape || shape->empty()) refuse("holds no array with rows");
    if (!type)
      refuse(
          "does not hold float16, float32 or float64 in little-endian order; store it as `array.astype"
          "(numpy.float32)`");
    if (!value_of(header, "fortran_order").starts_with("False"))
      refuse("is stored column by column; store it as `numpy.ascontiguousarray(array)`");
    shape_ = *shape;
    type_ = *type;
    check_size();
  }

  [[nodiscard]] const std::vector<std::int64_t>& shape() const override { return shape_; }

  [[nodiscard]] at::Tensor rows(std::int64_t first, std::int64_t count) const override {
    std::vector<std::int64_t> shape = shape_;
    shape.front() = count;
    at::Tensor read = at::empty(shape, type_);
    const std::span bytes(static_cast<std::byte*>(read.data_ptr()), read.nbytes());
    file_.read_at(bytes, begin_ + static_cast<std::uint64_t>(first) * row_bytes_);
    return read;
  }

 private:
  [[noreturn]] void refuse(std::string_view why) const {
    throw DataError(fmt::format("{} {}", shown(file_.path()), why));
  }

  std::string read_header() {
    std::array<std::byte, 12> start = {};
    if (file_.size() < start.size()) refuse("is no .npy file that is whole");
    file_.read_at(start, 0);
    const auto byte = [&](std::size_t i) { return std::to_integer<std::uint64_t>(start[i]); };
    const std::string_view magic(reinterpret_cast<const char*>(start.data()), kMagic.size());
    if (magic != kMagic || byte(6) < 1 || byte(6) > 3) refuse("is no .npy file; give one that NumPy wrote");
    const bool is_long = byte(6) > 1;
    begin_ = is_long ? 12 : 10;
    std::uint64_t bytes = byte(8) + (byte(9) << 8);
    if (is_long) bytes += (byte(10) << 16) + (byte(11) << 24);
    if (bytes > kMostHeaderBytes || begin_ + bytes > file_.size()) refuse("is cut short or damaged");
    std::string header(bytes, '\0');
    file_.read_at(std::as_writable_bytes(std::span(header)), begin_);
    begin_ += bytes;
    return header;
  }

  /// That all rows are there; a header may claim anything.
  void check_size() {
    std::uint64_t room = file_.size() - begin_;
    row_bytes_ = at::elementSize(type_);
    for (std::size_t i = 1; i < shape_.size(); ++i) {
      const auto size = static_cast<std::uint64_t>(shape_[i]);
      if (size == 0 || row_bytes_ > room / size) refuse("is cut short: it has fewer numbers than it says");
      row_bytes_ *= size;
    }
    if (static_cast<std::uint64_t>(shape_.front()) > room / row_bytes_)
      refuse("is cut short: it has fewer numbers than it says");
  }

  File file_;
  std::vector<std::int64_t> shape_;
  at::ScalarType type_ = at::kFloat;
  std::uint64_t begin_ = 0;
  std::uint64_t row_bytes_ = 0;
};

bool begins_with(const std::filesystem::path& path, std::string_view magic) {
  const File file(path, File::Mode::read);
  std::string begin(std::min<std::uint64_t>(magic.size(), file.size()), '\0');
  file.read_at(std::as_writable_bytes(std::span(begin)), 0);
  return begin == magic;
}

}  // namespace

std::unique_ptr<Array> open_npy(const std::filesystem::path& path) {
  return std::make_unique<Npy>(path);
}

std::string npy_header(std::span<const std::int64_t> shape, at::ScalarType type) {
  TORCH_CHECK(type == at::kHalf || type == at::kFloat, "this type is not written as .npy");
  std::string header = fmt::format("{{'descr': '<f{}', 'fortran_order': False, 'shape': ({},), }}",
                                   c10::elementSize(type), fmt::join(shape, ", "));
  const std::size_t before = kMagic.size() + 4;
  const std::size_t bytes = (before + header.size() + 1 + kAlignment - 1) / kAlignment * kAlignment - before;
  header.resize(bytes - 1, ' ');
  return fmt::format("{}\x01{}{}{}{}\n", kMagic, '\0', static_cast<char>(bytes & 0xFF),
                     static_cast<char>(bytes >> 8), header);
}

bool is_npy(const std::filesystem::path& path) {
  return begins_with(path, kMagic);
}

bool is_hdf5(const std::filesystem::path& path) {
  return begins_with(path, "\x89HDF\r\n\x1a\n");
}

}  // namespace tagloom::featurecache
