#include "registry/remembered.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/hash.hpp>
#include <tagloom/base/json_text.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/new_file.hpp>
#include <tagloom/base/user_folder.hpp>

#include <nlohmann/json.hpp>

#include <chrono>
#include <system_error>
#include <utility>

namespace tagloom::registry {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

/// Raised when an inspection finds out other things than before.
constexpr int kFormat = 1;

std::string hash_of(const fs::path& library) {
  Hasher hasher;
  return hasher.update(read_file(library)).hex();
}

json parsed(const fs::path& file) {
  try {
    const auto bytes = read_file(file);
    const auto* const text = reinterpret_cast<const char*>(bytes.data());
    return json::parse(text, text + bytes.size());
  } catch (const Error&) {
  } catch (const json::exception&) {
  }
  return {};
}

}  // namespace

FileStamp stamp_of(const fs::path& file) {
  std::error_code failed;
  const auto bytes = fs::file_size(file, failed);
  if (failed) return {};
  return {.bytes = bytes, .time = fs::last_write_time(file, failed).time_since_epoch().count()};
}

RememberedInspections::RememberedInspections(fs::path file, std::string asked_by)
    : file_(std::move(file)), asked_by_(std::move(asked_by)) {
  try {
    if (!file_.empty()) read();
  } catch (const json::exception&) {
    entries_.clear();
  } catch (const Error&) {
    entries_.clear();
  }
}

void RememberedInspections::read() {
  const json content = parsed(file_);
  if (!content.is_object() || content.at("format") != kFormat || content.at("asked_by") != asked_by_) return;
  for (const auto& [library, entry] : content.at("libraries").items())
    entries_[library] = {.stamp = {.bytes = entry.at("bytes"), .time = entry.at("time")},
                         .hash = entry.at("hash"),
                         .inspection = inspection_from(entry.at("inspection"))};
}

std::optional<Inspection> RememberedInspections::find(const fs::path& library) {
  const auto found = entries_.find(library);
  if (found == entries_.end()) return std::nullopt;
  Entry& entry = found->second;
  const FileStamp now = stamp_of(library);
  if (now == entry.stamp) return entry.inspection;
  try {
    if (now.bytes != entry.stamp.bytes || hash_of(library) != entry.hash) return std::nullopt;
  } catch (const Error&) {
    return std::nullopt;
  }
  entry.stamp = now;
  write();
  return entry.inspection;
}

void RememberedInspections::add(const fs::path& library, const FileStamp& before,
                                const Inspection& inspection) {
  try {
    Entry entry{.stamp = before, .hash = hash_of(library), .inspection = inspection};
    if (stamp_of(library) == before) entries_[library] = std::move(entry);
  } catch (const Error&) {
    // It is asked again next time.
  }
}

void RememberedInspections::write() const {
  if (file_.empty()) return;
  json libraries = json::object();
  for (const auto& [library, entry] : entries_) {
    std::error_code ignored;
    // JSON has no room for names that are no UTF-8; those are asked every time.
    if (entry.inspection.may_change || !is_utf8(library.native()) || !fs::exists(library, ignored)) continue;
    libraries[library.native()] = {{"bytes", entry.stamp.bytes},
                                   {"time", entry.stamp.time},
                                   {"hash", entry.hash},
                                   {"inspection", to_json(entry.inspection)}};
  }
  const json content = {{"format", kFormat}, {"asked_by", asked_by_}, {"libraries", libraries}};
  std::error_code ignored;
  fs::create_directories(file_.parent_path(), ignored);
  try {
    replace_file(file_, to_json_text(content, 1) + "\n");
  } catch (const Error&) {
    // A folder that may not be written, a full disk: nothing that a user must know.
  }
}

fs::path usual_file_of_inspections() {
  const fs::path folder = user_cache_folder();
  return folder.empty() ? folder : folder / "plugins.json";
}

}  // namespace tagloom::registry
