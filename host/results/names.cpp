#include "results/result_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tagloom::results {
namespace {

namespace fs = std::filesystem;
using Group = std::vector<Result*>;
/// What may be added to each name of a group.
using Parts = std::vector<std::string> (*)(const Group&);

std::string model_name(const Result& result) {
  if (result.is_baseline()) return result.model;
  return result.cell.empty() ? fs::path(result.model).stem().string() : result.cell;
}

/// How many different ones there are.
std::size_t distinct(const std::vector<std::string>& names) {
  return std::set(names.begin(), names.end()).size();
}

std::vector<std::string> searches(const Group& group) {
  std::vector<std::string> parts;
  for (const Result* result : group)
    parts.push_back(result->search.empty() ? "" : ", " + result->search);
  return parts;
}

/// Models of cells are called after them already; seeds may draw validation images of their own, so that
/// baselines differ by cell.
std::vector<std::string> cells(const Group& group) {
  std::vector<std::string> parts;
  for (const Result* result : group)
    parts.push_back(result->cell.empty() ? "" : fmt::format(" ({})", result->cell));
  return parts;
}

constexpr std::ptrdiff_t kWhole = std::numeric_limits<std::ptrdiff_t>::max();

/// The last `count` parts of a path.
std::string tail(const fs::path& path, std::ptrdiff_t count) {
  const auto length = std::distance(path.begin(), path.end());
  fs::path end;
  for (auto part = std::next(path.begin(), std::max<std::ptrdiff_t>(0, length - count)); part != path.end();
       ++part)
    end /= *part;
  return end.string();
}

/// The shortest ends of the paths that tell as many apart as the whole paths do.
std::vector<std::string> tails(const std::vector<std::string>& paths) {
  const auto ends = [&](std::ptrdiff_t count) {
    std::vector<std::string> parts;
    for (const std::string& path : paths)
      parts.push_back(fmt::format(" ({})", tail(path, count)));
    return parts;
  };
  const std::size_t most = distinct(ends(kWhole));
  std::ptrdiff_t count = 1;
  while (distinct(ends(count)) < most)
    ++count;
  return ends(count);
}

std::vector<std::string> models(const Group& group) {
  std::vector<std::string> paths;
  for (const Result* result : group)
    paths.push_back(result->model);
  return tails(paths);
}

std::vector<std::string> files(const Group& group) {
  std::vector<std::string> paths;
  for (const Result* result : group)
    paths.push_back(result->file.lexically_normal().string());
  return tails(paths);
}

void lengthen(const Group& results, Parts parts_of) {
  std::map<std::string, Group> by_name;
  for (Result* result : results)
    by_name[result->name].push_back(result);
  for (const auto& [name, group] : by_name) {
    const std::vector<std::string> parts = parts_of(group);
    // What is the same for all tells nothing.
    if (distinct(parts) == 1) continue;
    for (std::size_t i = 0; i < group.size(); ++i)
      group[i]->name += parts[i];
  }
}

/// One file given twice.
void number(const Group& results) {
  std::set<std::string> taken;
  for (Result* result : results) {
    const std::string name = result->name;
    for (int count = 2; !taken.insert(result->name).second; ++count)
      result->name = fmt::format("{} #{}", name, count);
  }
}

}  // namespace

void name_all(std::vector<Result>& results) {
  std::map<std::string, Group> by_split;
  for (Result& result : results) {
    result.name = model_name(result);
    by_split[result.split].push_back(&result);
  }
  std::map<std::string, int> splits_with;
  for (const auto& [split, group] : by_split) {
    for (const Parts parts : {searches, cells, models, files})
      lengthen(group, parts);
    number(group);
    for (const Result* result : group)
      ++splits_with[result->name];
  }
  for (Result& result : results)
    result.full_name = splits_with[result.name] > 1 ? result.name + ", " + result.split : result.name;
}

}  // namespace tagloom::results
