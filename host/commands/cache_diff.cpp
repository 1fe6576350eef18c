#include "commands/lines/cache_tools.hpp"
#include "commands/work.hpp"
#include "features/compare_caches.hpp"
#include "runtime/output.hpp"

#include <tagloom/base/counted.hpp>
#include <tagloom/base/error.hpp>
#include <tagloom/base/json_text.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom::commands {
namespace {

using features::CacheDifference;
using features::Distance;
using nlohmann::ordered_json;

ordered_json json_of(const Distance& distance) {
  return {{"images", distance.images},
          {"largest_absolute", distance.absolute},
          {"image", distance.image},
          {"largest_relative", distance.relative}};
}

void print_difference_as_json(const CacheDiffLine& line, const CacheDifference& found) {
  const ordered_json document = {{"format", 1},
                                 {"files", {line.one.string(), line.other.string()}},
                                 {"images", {found.images_of_one, found.images_of_other}},
                                 {"equal", found.equal()},
                                 {"description", found.description},
                                 {"only_in_first", found.only_in_one},
                                 {"only_in_second", found.only_in_other},
                                 {"other_content", found.other_content},
                                 {"features_compared", found.comparable},
                                 {"pooled", json_of(found.pooled)},
                                 {"map", json_of(found.map)}};
  runtime::print("{}\n", to_json_text(document, 2));
}

void print_images(const std::string& what, const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 10;
  if (names.empty()) return;
  runtime::print("{} {}:\n", counted(names.size(), "image"), what);
  for (std::size_t i = 0; i < std::min(kShown, names.size()); ++i)
    runtime::print("  {}\n", shown(names[i]));
  if (names.size() > kShown) runtime::print("  and {} more (--json has all)\n", names.size() - kShown);
}

void print_distance(std::string_view what, const Distance& distance) {
  if (distance.images == 0) return;
  runtime::print("{} of {} images differ: by {:.3g} at most (image {}), and by {:.3g} of the larger number\n",
                 what, distance.images, distance.absolute, shown(distance.image), distance.relative);
}

void print_difference(const CacheDiffLine& line, const CacheDifference& found) {
  if (!found.description.empty()) runtime::print("description: {}\n", found.description);
  print_images(fmt::format("only in {}", shown(line.one)), found.only_in_one);
  print_images(fmt::format("only in {}", shown(line.other)), found.only_in_other);
  print_images("whose content differs", found.other_content);
  if (!found.comparable) runtime::print("features of different kinds or shapes: not compared\n");
  print_distance("pooled features", found.pooled);
  print_distance("maps", found.map);
  if (found.equal())
    runtime::print("{} in either, with equal contents, features and description\n",
                   counted(found.images_of_one, "image"));
}

}  // namespace

void run_cache_diff(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  CacheDiffLine line;
  if (!parse(self, cache_diff_line(), arguments, values, line)) return;
  const CacheDifference found = features::compare_caches(line.one, line.other);
  if (line.json)
    print_difference_as_json(line, found);
  else
    print_difference(line, found);
  // As `diff` ends; neither file is at fault.
  if (!found.equal()) throw Error(fmt::format("{} and {} differ.", shown(line.one), shown(line.other)));
}

}  // namespace tagloom::commands
