#include "commands/lines/cache_tools.hpp"
#include "commands/outputs.hpp"
#include "commands/work.hpp"
#include "runtime/output.hpp"

#include <tagloom/base/counted.hpp>
#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

namespace tagloom::commands {
namespace {

void check_is_folder(const std::filesystem::path& output) {
  std::error_code unknown;
  const auto status = std::filesystem::symlink_status(output, unknown);
  if (std::filesystem::exists(status) && !std::filesystem::is_directory(status))
    throw UsageError(
        fmt::format("--out {} is no folder, which --format npy writes; give another name.", shown(output)));
}

}  // namespace

void run_cache_export(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  CacheExportLine line;
  if (!parse(self, cache_export_line(), arguments, values, line)) return;
  const features::ExportCacheConfig& config = line.config;
  if (config.format == features::ArrayFormat::npy)
    check_is_folder(config.output);
  else
    prepare_outputs(values, OutputKind::report, {"out"});
  const features::ExportCacheResult result = features::export_cache(config);
  runtime::print("features of {} in {}, {:.1f} MB\n", counted(result.images, "image"), shown(config.output),
                 static_cast<double>(result.bytes) / 1e6);
}

}  // namespace tagloom::commands
