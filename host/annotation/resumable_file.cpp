#include "annotation/resumable_file.hpp"

#include "annotation/file_text.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/json_text.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/new_file.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <system_error>
#include <utility>

namespace tagloom::annotation {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kStateFormat = 1;

fs::path beside(fs::path path, const char* ending) {
  return path += ending;
}

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

/// Both files, without which there is nothing to go on with.
bool was_begun(const fs::path& path) {
  return is_there(beside(path, ".partial")) && is_there(beside(path, ".state"));
}

}  // namespace

ResumableFile::ResumableFile(fs::path path, runtime::Settings settings,
                             std::span<const features::ImageFile> pictures)
    : path_(std::move(path)),
      settings_(std::move(settings)),
      file_(beside(path_, ".partial"), was_begun(path_) ? File::Mode::extend : File::Mode::create) {
  if (is_there(state_path())) take_up(pictures);
}

fs::path ResumableFile::state_path() const {
  return beside(path_, ".state");
}

void ResumableFile::take_up(std::span<const features::ImageFile> pictures) {
  const auto refused = [&](const std::string& why) {
    return DataError(fmt::format(
        "{} is of annotations that were interrupted, {}; delete it to start afresh, or give the command that "
        "they were begun with.",
        shown(state_path()), why));
  };
  try {
    const json state = json::parse(text_of(state_path()));
    if (state.at("format") != kStateFormat) throw refused("by another version of tagloom");
    if (const auto other =
            runtime::first_difference(state.at("settings").get<runtime::Settings>(), settings_))
      throw refused(
          fmt::format("with {} {}, not {}", other->name, shown(other->first), shown(other->second)));
    const std::int64_t done = state.at("pictures");
    if (done < 0 || static_cast<std::size_t>(done) > pictures.size()) throw refused("of other pictures");
    for (const features::ImageFile& picture : pictures.first(static_cast<std::size_t>(done)))
      names_.update(picture.name);
    if (state.at("names") != names_.hex()) throw refused("of other pictures");
    pictures_ = done;
    saved_pictures_ = done;
    unreadable_ = state.at("unreadable");
    bytes_ = state.at("bytes");
  } catch (const json::exception&) {
    throw refused("but damaged");
  }
  if (file_.size() < bytes_) throw refused("but their lines are gone");
  // A line that was being written.
  file_.resize(bytes_);
}

void ResumableFile::done(const features::ImageFile& picture, bool readable) {
  names_.update(picture.name);
  ++pictures_;
  if (!readable) ++unreadable_;
}

std::string ResumableFile::state() const {
  return to_json_text(json{{"format", kStateFormat},
                           {"settings", settings_},
                           {"pictures", pictures_},
                           {"names", names_.hex()},
                           {"unreadable", unreadable_},
                           {"bytes", bytes_}});
}

void ResumableFile::save() {
  if (unwritten_.empty() && saved_pictures_ == pictures_) return;
  file_.write_at(std::as_bytes(std::span(unwritten_)), bytes_);
  file_.sync();
  bytes_ += unwritten_.size();
  unwritten_.clear();
  replace_file(state_path(), state());
  saved_pictures_ = pictures_;
}

void ResumableFile::commit() {
  save();
  if (!file_.is_in_place())
    throw DataError(
        fmt::format("{} was replaced by another process meanwhile; let one command at a time write it.",
                    shown(file_.path())));
  rename_for_good(beside(path_, ".partial"), path_);
  std::error_code ignored;
  fs::remove(state_path(), ignored);
}

}  // namespace tagloom::annotation
