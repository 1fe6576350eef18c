#include "commands/lines/cache_tools.hpp"
#include "commands/work.hpp"
#include "runtime/output.hpp"
#include "runtime/processors.hpp"
#include "runtime/progress.hpp"

#include <tagloom/base/counted.hpp>
#include <tagloom/base/error.hpp>
#include <tagloom/base/json_text.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/featurecache/verify.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace tagloom::commands {
namespace {

using featurecache::RowDamage;
using featurecache::Verification;
namespace fs = std::filesystem;

std::string_view explained(RowDamage damage) {
  switch (damage) {
    case RowDamage::cut_off:
      return "the file ends before it";
    case RowDamage::misplaced:
      return "its place in the file is lost";
    default:
      return "it changed since it was written";
  }
}

std::int64_t sound_images(const Verification& found) {
  return found.info.images - static_cast<std::int64_t>(found.rows.size());
}

void print_json(const fs::path& path, const Verification& found) {
  nlohmann::ordered_json damaged = nlohmann::ordered_json::array();
  for (const featurecache::DamagedRow& row : found.rows)
    damaged.push_back({{"row", row.row}, {"name", row.name}, {"damage", featurecache::to_text(row.damage)}});
  const nlohmann::ordered_json document = {{"format", 1},
                                           {"file", path.string()},
                                           {"images", found.info.images},
                                           {"sound", sound_images(found)},
                                           {"damaged", damaged},
                                           {"missing_bytes", found.missing_bytes},
                                           {"names_or_content_hashes_changed", found.keys_changed}};
  runtime::print("{}\n", to_json_text(document, 2));
}

void print_text(const fs::path& path, const Verification& found) {
  if (found.sound()) {
    runtime::print("{}: the features of all {} images are as they were written.\n", shown(path),
                   found.info.images);
    return;
  }
  runtime::print("{}: the features of {} are as they were written, those of {} are not{}\n", shown(path),
                 counted(sound_images(found), "image"), found.rows.size(), found.rows.empty() ? "." : ":");
  for (const featurecache::DamagedRow& row : found.rows)
    runtime::print("  row {:<7} {}  ({})\n", row.row, shown(row.name), explained(row.damage));
  if (found.missing_bytes > 0)
    runtime::print("The file lacks {} at its end: it was cut short.\n", counted(found.missing_bytes, "byte"));
  if (found.keys_changed)
    runtime::print(
        "Names or content hashes of images changed since they were written; nobody knows which.\n");
}

}  // namespace

void run_cache_verify(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  CacheVerifyLine line;
  if (!parse(self, cache_verify_line(), arguments, values, line)) return;
  std::optional<runtime::Progress> progress;
  const Verification found = featurecache::verify(
      line.path, {.threads = runtime::own_processors(),
                  .begin = [&](std::int64_t rows) { progress.emplace("verify", rows, "images"); },
                  .step = [&](std::int64_t rows) { progress->advance(rows); }});
  progress.reset();
  if (line.json)
    print_json(line.path, found);
  else
    print_text(line.path, found);
  if (found.sound()) return;
  throw DataError(fmt::format(
      "{} is damaged; {}", shown(line.path),
      found.keys_changed ? "copy or build it again."
                         : "`tagloom cache repair` computes its damaged rows anew from the images."));
}

}  // namespace tagloom::commands
