#include "registry/remembered.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/hash.hpp>
#include <tagloom/base/json_text.hpp>
#include <tagloom/base/new_file.hpp>
#include <tagloom/base/user_folder.hpp>
#include <tagloom/plugin.hpp>

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

/// Another tagloom asks another question.
std::string asked_by() {
  return "tagloom " TAGLOOM_VERSION ", interface " TAGLOOM_INTERFACE ", " TAGLOOM_RUNTIME_TAG;
}

struct Stamp {
  std::uint64_t bytes = 0;
  std::int64_t time = 0;
};

Stamp stamp_of(const fs::path& library) {
  std::error_code ignored;
  const auto bytes = fs::file_size(library, ignored);
  return {.bytes = ignored ? 0 : bytes,
          .time = fs::last_write_time(library, ignored).time_since_epoch().count()};
}

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

RememberedInspections::RememberedInspections(fs::path file) : file_(std::move(file)) {
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
  if (!content.is_object() || content.at("format") != kFormat || content.at("asked_by") != asked_by()) return;
  for (const auto& [library, entry] : content.at("libraries").items())
    entries_[library] = {.bytes = entry.at("bytes"),
                         .time = entry.at("time"),
                         .hash = entry.at("hash"),
                         .inspection = inspection_from(entry.at("inspection"))};
}

std::optional<Inspection> RememberedInspections::find(const fs::path& library) {
  const auto found = entries_.find(library.string());
  if (found == entries_.end()) return std::nullopt;
  Entry& entry = found->second;
  const Stamp now = stamp_of(library);
  if (now.bytes != entry.bytes) return std::nullopt;
  if (now.time == entry.time) return entry.inspection;
  try {
    if (hash_of(library) != entry.hash) return std::nullopt;
  } catch (const Error&) {
    return std::nullopt;
  }
  entry.time = now.time;
  write();
  return entry.inspection;
}

void RememberedInspections::add(const fs::path& library, const Inspection& inspection) {
  try {
    const Stamp now = stamp_of(library);
    entries_[library.string()] = {
        .bytes = now.bytes, .time = now.time, .hash = hash_of(library), .inspection = inspection};
    write();
  } catch (const Error&) {
    // It is asked again next time.
  }
}

void RememberedInspections::write() const {
  if (file_.empty()) return;
  json libraries = json::object();
  for (const auto& [library, entry] : entries_) {
    std::error_code ignored;
    if (entry.inspection.by_chance || !fs::exists(library, ignored)) continue;
    libraries[library] = {{"bytes", entry.bytes},
                          {"time", entry.time},
                          {"hash", entry.hash},
                          {"inspection", to_json(entry.inspection)}};
  }
  std::error_code ignored;
  fs::create_directories(file_.parent_path(), ignored);
  try {
    replace_file(
        file_,
        to_json_text(json{{"format", kFormat}, {"asked_by", asked_by()}, {"libraries", libraries}}, 1) +
            "\n");
  } catch (const Error&) {
    // A folder that may not be written, a full disk: nothing that a user must know.
  }
}

fs::path usual_file_of_inspections() {
  const fs::path folder = user_cache_folder();
  return folder.empty() ? folder : folder / "plugins.json";
}

}  // namespace tagloom::registry
