#include "commands/lines/cache_merge.hpp"

#include "commands/outputs.hpp"
#include "commands/work.hpp"
#include "distributed/environment.hpp"
#include "runtime/output.hpp"
#include "runtime/progress.hpp"

#include <tagloom/base/counted.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/featurecache/merge.hpp>

#include <filesystem>
#include <optional>

namespace tagloom::commands {

void run_cache_merge(const Command& self, const Arguments& arguments) {
  CacheMergeLine line;
  po::variables_map values;
  if (!parse(self, cache_merge_line(), arguments, values, line)) return;
  distributed::require_one_process(self.name);
  prepare_outputs(values, OutputKind::report, {"out"});
  std::optional<runtime::Progress> progress;
  const auto info =
      featurecache::merge(line.output, line.caches,
                          {.is_virtual = line.is_virtual,
                           .store = featurecache::stored_type_from(line.store),
                           .begin = [&](std::int64_t images) { progress.emplace("merge", images, "images"); },
                           .step = [&] { progress->advance(1); }});
  progress.reset();
  runtime::print("{} of {} in {}, {:.1f} MB\n", counted(info.images, "image"),
                 counted(line.caches.size(), "cache"), shown(line.output),
                 static_cast<double>(std::filesystem::file_size(line.output)) / 1e6);
}

}  // namespace tagloom::commands
