#pragma once

/// What is done with a cache that is there, or comes from elsewhere: `tagloom cache verify`, `repair`, `ls`,
/// `diff`, `export` and `import`.

#include "annotation/encoder_choice.hpp"
#include "commands/arguments.hpp"
#include "commands/line.hpp"
#include "features/export_cache.hpp"
#include "features/import_cache.hpp"
#include "features/repair_cache.hpp"

#include <filesystem>

namespace tagloom::commands {

struct CacheVerifyLine {
  std::filesystem::path path;
  bool json = false;
};
const Line<CacheVerifyLine>& cache_verify_line();

struct CacheRepairLine {
  features::RepairConfig config;
  annotation::EncoderChoice encoder;
  PluginOptions plugins;
};
const Line<CacheRepairLine>& cache_repair_line();

enum class RowOrder { name, row };

struct CacheLsLine {
  std::filesystem::path path;
  RowOrder sort = RowOrder::name;
  bool hashes = false;
  bool json = false;
};
const Line<CacheLsLine>& cache_ls_line();

struct CacheDiffLine {
  std::filesystem::path one;
  std::filesystem::path other;
  bool json = false;
};
const Line<CacheDiffLine>& cache_diff_line();

struct CacheExportLine {
  features::ExportCacheConfig config;
};
const Line<CacheExportLine>& cache_export_line();

struct CacheImportLine {
  features::ImportConfig config;
};
const Line<CacheImportLine>& cache_import_line();

}  // namespace tagloom::commands
