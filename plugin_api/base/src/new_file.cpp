#include <tagloom/base/name.hpp>
#include <tagloom/base/new_file.hpp>

#include <fmt/format.h>

#include <system_error>

namespace tagloom {
namespace {

std::filesystem::path partial(std::filesystem::path path) {
  return path += ".partial";
}

}  // namespace

NewFile::NewFile(std::filesystem::path path)
    : path_(std::move(path)), file_(partial(path_), File::Mode::create) {}

NewFile::~NewFile() {
  if (committed_ || !file_.is_in_place()) return;
  std::error_code ignored;
  std::filesystem::remove(file_.path(), ignored);
}

void NewFile::write(std::span<const std::byte> bytes) {
  file_.write_at(bytes, bytes_);
  bytes_ += bytes.size();
}

void NewFile::write(std::string_view text) {
  write(std::as_bytes(std::span(text)));
}

void NewFile::commit() {
  file_.sync();
  if (!file_.is_in_place())
    throw DataError(
        fmt::format("{} was not written: another process is writing it, too, and has replaced {}; let only "
                    "one write it, then run the same command again.",
                    shown(path_), shown(file_.path())));
  rename_for_good(file_.path(), path_);
  committed_ = true;
}

void replace_file(const std::filesystem::path& path, std::string_view content) {
  NewFile file(path);
  file.write(content);
  file.commit();
}

}  // namespace tagloom
