#include "layouts/label_json.hpp"

#include "layouts/file_buffer.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file_kind.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <istream>
#include <string_view>

namespace tagloom::datasets {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

/// "line 3, column 12" of the byte that is the position-th.
std::string place_in(const fs::path& path, std::size_t position) {
  FileBuffer text(path);
  std::size_t line = 1;
  std::size_t column = 0;
  for (std::size_t i = 0; i < position; ++i) {
    const int byte = text.sbumpc();
    if (byte == std::char_traits<char>::eof()) break;
    line += byte == '\n' ? 1 : 0;
    column = byte == '\n' ? 0 : column + 1;
  }
  return fmt::format("line {}, column {}", line, std::max<std::size_t>(column, 1));
}

[[noreturn]] void refuse(const fs::path& path, std::size_t position, std::string_view error) {
  if (error.find("[json.exception.out_of_range") != std::string_view::npos)
    throw DataError(fmt::format("{} holds a number that no computer can; mend it", shown(path)));
  if (const auto kind = file_kind(File(path, File::Mode::read)); !kind.empty())
    throw DataError(
        fmt::format("{} is no JSON: it is {}; give the text of JSON itself, in UTF-8", shown(path), kind));
  if (error.find("UTF-8") != std::string_view::npos)
    throw DataError(
        fmt::format("{} holds bytes that are no UTF-8, the first near {}; save it as UTF-8, with names of "
                    "image files that are none as tagloom shows them.",
                    shown(path), place_in(path, position)));
  throw DataError(
      fmt::format("{} is not valid JSON: the mistake is at {}", shown(path), place_in(path, position)));
}

/// Ends at the first list of the outermost object whose key is among some words.
class FirstList : public JsonEvents {
 public:
  FirstList(const fs::path& path, const std::vector<std::string>& words) : JsonEvents(path), words_(words) {}
  [[nodiscard]] const std::string& found() const { return found_; }

 private:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(std::int64_t) override { return true; }
  bool number_unsigned(std::uint64_t) override { return true; }
  bool number_float(double, const std::string&) override { return true; }
  bool string(std::string&) override { return true; }
  bool binary(json::binary_t&) override { return true; }
  bool start_object(std::size_t) override { return ++depth_ > 0; }
  bool end_object() override { return --depth_ >= 0; }
  bool start_array(std::size_t) override {
    if (depth_++ == 1 && std::ranges::find(words_, key_) != words_.end()) found_ = key_;
    return found_.empty();
  }
  bool end_array() override { return --depth_ >= 0; }
  bool key(std::string& name) override {
    if (depth_ == 1) key_ = name;
    return true;
  }

  const std::vector<std::string>& words_;
  std::int64_t depth_ = 0;
  std::string key_;
  std::string found_;
};

}  // namespace

bool JsonEvents::read() {
  FileBuffer buffer(path_);
  std::istream text(&buffer);
  return json::sax_parse(text, static_cast<nlohmann::json_sax<json>*>(this));
}

bool JsonEvents::parse_error(std::size_t position, const std::string&, const json::exception& error) {
  refuse(path_, position, error.what());
}

json read_json(const fs::path& path) {
  const auto bytes = read_file(path);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  try {
    return json::parse(text);
  } catch (const json::parse_error& error) {
    refuse(path, error.byte, error.what());
  } catch (const json::exception& error) {
    refuse(path, 0, error.what());
  }
}

std::string first_list_among(const fs::path& path, const std::vector<std::string>& words) {
  try {
    FirstList list(path, words);
    list.read();
    return list.found();
  } catch (const DataError&) {
    return {};
  }
}

}  // namespace tagloom::datasets
