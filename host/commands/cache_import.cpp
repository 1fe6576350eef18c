#include "commands/lines/cache_tools.hpp"
#include "commands/outputs.hpp"
#include "commands/work.hpp"
#include "features/import_cache.hpp"
#include "runtime/output.hpp"

#include <tagloom/base/counted.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <filesystem>

namespace tagloom::commands {

void run_cache_import(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  CacheImportLine line;
  if (!parse(self, cache_import_line(), arguments, values, line)) return;
  prepare_outputs(values, OutputKind::cache, {"out"});
  const features::ImportConfig& config = line.config;
  const featurecache::CacheInfo info = features::import_cache(config);
  runtime::print("{} in {}, {:.1f} MB\n", counted(info.images, "image"), shown(config.output),
                 static_cast<double>(std::filesystem::file_size(config.output)) / 1e6);
}

}  // namespace tagloom::commands
