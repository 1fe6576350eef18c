#pragma once

/// The options of `tagloom cache repair`, `cache export` and `cache import`, a row an option.

#include "features/export_cache.hpp"
#include "features/import_cache.hpp"
#include "features/repair_cache.hpp"
#include "options/table.hpp"

namespace tagloom::features {

const options::Table<RepairConfig>& repair_rows();
const options::Table<ExportCacheConfig>& export_rows();
const options::Table<ImportConfig>& import_rows();

}  // namespace tagloom::features
