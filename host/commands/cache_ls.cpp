#include "commands/lines/cache_tools.hpp"
#include "commands/work.hpp"
#include "runtime/output.hpp"

#include <tagloom/base/json_text.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/featurecache/reader.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>
#include <vector>

namespace tagloom::commands {
namespace {

std::vector<std::size_t> rows_in_order(const featurecache::CacheReader& cache, RowOrder order) {
  std::vector<std::size_t> rows(cache.names().size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  if (order == RowOrder::name)
    std::ranges::sort(rows, {}, [&](std::size_t row) { return cache.names()[row]; });
  return rows;
}

void print_rows_as_json(const featurecache::CacheReader& cache, const std::vector<std::size_t>& rows) {
  nlohmann::ordered_json images = nlohmann::ordered_json::array();
  for (const std::size_t row : rows)
    images.push_back({{"row", row}, {"name", cache.names()[row]}, {"hash", cache.hashes()[row]}});
  const nlohmann::ordered_json document = {
      {"format", 1}, {"file", cache.path().string()}, {"images", images}};
  runtime::print("{}\n", to_json_text(document, 2));
}

}  // namespace

void run_cache_ls(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  CacheLsLine line;
  if (!parse(self, cache_ls_line(), arguments, values, line)) return;
  const featurecache::CacheReader cache(line.path);
  const std::vector<std::size_t> rows = rows_in_order(cache, line.sort);
  if (line.json) return print_rows_as_json(cache, rows);
  for (const std::size_t row : rows) {
    if (line.hashes) runtime::print("{}  ", shown(cache.hashes()[row]));
    runtime::print("{}\n", shown(cache.names()[row]));
  }
}

}  // namespace tagloom::commands
