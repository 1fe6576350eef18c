#include "commands/lines/cache_tools.hpp"

#include "features/tool_options.hpp"

#include <array>

template <>
struct tagloom::options::Words<tagloom::commands::RowOrder> {
  static constexpr auto kAll = std::to_array<Word<commands::RowOrder>>(
      {{commands::RowOrder::name, "name"}, {commands::RowOrder::row, "row"}});
};

namespace tagloom::commands {
namespace {

using options::Row;

constexpr const char* kCache = "the cache (the option's name may be left out)";

options::Table<CacheRepairLine> repair_table() {
  return options::joined<CacheRepairLine>(
      {options::nested(&CacheRepairLine::config, features::repair_rows()),
       options::nested(&CacheRepairLine::encoder, annotation::encoder_rows()),
       options::group("plugins", options::nested(&CacheRepairLine::plugins, plugin_rows()))});
}

void settle_repair(CacheRepairLine& line) {
  line.encoder.options = settings_of(line.plugins, {"encoder"})["encoder"];
}

void check_repair(const CacheRepairLine& line) {
  features::check(line.config);
}

void check_export(const CacheExportLine& line) {
  features::check(line.config);
}

void check_import(const CacheImportLine& line) {
  features::check(line.config);
}

}  // namespace

const Line<CacheVerifyLine>& cache_verify_line() {
  static const Line<CacheVerifyLine> line{
      .command = {.name = "cache verify",
                  .summary = "read a whole cache and name all that is damaged",
                  .usage = "FILE [options]",
                  .examples = {"tagloom cache verify corel5k.h5", "tagloom cache verify corel5k.h5 --json"}},
      .table = {Row("file", &CacheVerifyLine::path, kCache).required().positional(),
                Row("json", &CacheVerifyLine::json, "print what was found as JSON")}};
  return line;
}

const Line<CacheRepairLine>& cache_repair_line() {
  static const Line<CacheRepairLine> line{
      .command = {.name = "cache repair",
                  .summary = "compute a cache's damaged rows anew from their images",
                  .usage = "FILE (--data DIR | --images DIR) [options]",
                  .examples = {"tagloom cache repair corel5k.h5 --data corel5k",
                               "tagloom cache repair holiday.h5 --images holiday --encoder-weights "
                               "tresnet_m.pth"}},
      .table = repair_table(),
      .settle = settle_repair,
      .check = check_repair};
  return line;
}

const Line<CacheLsLine>& cache_ls_line() {
  static const Line<CacheLsLine> line{
      .command = {.name = "cache ls",
                  .summary = "list the images of a cache",
                  .usage = "FILE [options]",
                  .examples = {"tagloom cache ls corel5k.h5",
                               "tagloom cache ls corel5k.h5 --sort row --hashes"}},
      .table = {Row("file", &CacheLsLine::path, kCache).required().positional(),
                Row("sort", &CacheLsLine::sort, "by name, or row (as they lie in the file)"),
                Row("hashes", &CacheLsLine::hashes, "print the hash of each image's content before its name"),
                Row("json", &CacheLsLine::json, "print rows, names and hashes as JSON")}};
  return line;
}

const Line<CacheDiffLine>& cache_diff_line() {
  static const Line<CacheDiffLine> line{
      .command = {.name = "cache diff",
                  .summary = "compare two caches: images, contents, features, description",
                  .usage = "FILE FILE [options]",
                  .examples = {"tagloom cache diff corel5k.h5 again.h5",
                               "tagloom cache diff corel5k.h5 again.h5 --json"}},
      .table = {Row("one", &CacheDiffLine::one, "a cache (the option's name may be left out)")
                    .required()
                    .positional(),
                Row("other", &CacheDiffLine::other, "the cache to compare it with (likewise)")
                    .required()
                    .positional(),
                Row("json", &CacheDiffLine::json, "print all that differs as JSON")}};
  return line;
}

const Line<CacheExportLine>& cache_export_line() {
  static const Line<CacheExportLine> line{
      .command = {.name = "cache export",
                  .summary = "write a cache's features for other programs",
                  .usage = "FILE --out DIR|FILE [options]",
                  .examples = {"tagloom cache export corel5k.h5 --out corel5k_npy",
                               "tagloom cache export corel5k.h5 --format safetensors --out "
                               "features.safetensors"}},
      .table = options::nested(&CacheExportLine::config, features::export_rows()),
      .check = check_export};
  return line;
}

const Line<CacheImportLine>& cache_import_line() {
  static const Line<CacheImportLine> line{
      .command =
          {.name = "cache import",
           .summary = "make a cache of features that another program computed",
           .usage = "(--pooled FILE | --map FILE) --encoder NAME --out FILE [options]",
           .examples = {"tagloom cache import --pooled clip.npy --names names.txt --encoder clip-vit-b32 "
                        "--out clip.h5",
                        "tagloom cache import --map dino.h5 --map-key tokens --map-order nhwc --encoder "
                        "dinov2-s14 --out dino.h5"}},
      .table = options::nested(&CacheImportLine::config, features::import_rows()),
      .check = check_import};
  return line;
}

}  // namespace tagloom::commands
