#include "results/result_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

namespace tagloom::results {
namespace {

using Part = std::string (*)(const Result&);

std::string model_name(const Result& result) {
  if (!result.cell.empty()) return result.cell;
  return result.is_baseline() ? result.model : std::filesystem::path(result.model).stem().string();
}

std::string search_part(const Result& result) {
  return result.search.empty() ? "" : ", " + result.search;
}

std::string split_part(const Result& result) {
  return ", " + result.split;
}

std::string file_part(const Result& result) {
  return fmt::format(" ({})", result.file.filename().string());
}

std::string path_part(const Result& result) {
  return fmt::format(" ({})", result.file.string());
}

std::string folder_part(const Result& result) {
  return fmt::format(" ({})", result.model);
}

/// How many different ones there are.
std::size_t distinct(const std::vector<std::string>& names) {
  return std::set(names.begin(), names.end()).size();
}

}  // namespace

void name_all(std::vector<Result>& results) {
  std::vector<std::string> names;
  std::ranges::transform(results, std::back_inserter(names), model_name);
  for (const Part part : {search_part, split_part, folder_part, file_part, path_part}) {
    if (distinct(names) == names.size()) break;
    std::vector<std::string> longer;
    for (std::size_t i = 0; i < results.size(); ++i)
      longer.push_back(names[i] + part(results[i]));
    // What is the same for all tells nothing.
    if (distinct(longer) > distinct(names)) names = std::move(longer);
  }
  // One file given twice.
  std::set<std::string> taken;
  for (std::size_t i = 0; i < results.size(); ++i) {
    results[i].name = names[i];
    for (int number = 2; !taken.insert(results[i].name).second; ++number)
      results[i].name = fmt::format("{} #{}", names[i], number);
  }
}

}  // namespace tagloom::results
