#include "result_page/report_results.hpp"

#include "results/same_images.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

namespace tagloom::result_page {
namespace {

using results::Result;

/// Whether another has the same baseline: every file of one data set begins with it.
bool is_there(const std::vector<Result>& all, const Result& baseline) {
  return std::ranges::any_of(all, [&](const Result& other) {
    return other.is_baseline() && other.model == baseline.model && other.split == baseline.split &&
           other.images == baseline.images;
  });
}

}  // namespace

std::vector<Result> results_for_page(const std::vector<results::ResultFile>& files) {
  std::vector<Result> all;
  for (const results::ResultFile& file : files)
    for (Result& result : results::renumbered(file, files.front().vocabulary))
      if (!result.is_baseline() || !is_there(all, result)) all.push_back(std::move(result));
  if (std::ranges::all_of(all, &Result::is_baseline))
    throw DataError(
        fmt::format("{} has no result of a model; its failures say why.", shown(files.front().path)));
  results::name_all(all);
  return all;
}

std::string usual_title(const std::vector<Result>& results) {
  const auto models =
      std::ranges::count_if(results, [](const Result& result) { return !result.is_baseline(); });
  std::set<std::string> splits;
  for (const Result& result : results)
    splits.insert(result.split);
  std::string named;
  for (const std::string& split : splits)
    named += (named.empty() ? "" : ", ") + split;
  return fmt::format("{} result{} on {}", models, models == 1 ? "" : "s", named);
}

std::vector<const Result*> results_of_model(const std::vector<Result>& results,
                                            const std::filesystem::path& model) {
  const auto matching = [&](const auto& matches) {
    std::vector<const Result*> found;
    for (const Result& result : results)
      if (!result.is_baseline() && matches(std::filesystem::path(result.model))) found.push_back(&result);
    return found;
  };
  std::error_code missing;
  auto found = matching([&](const std::filesystem::path& path) {
    return path == model || std::filesystem::equivalent(path, model, missing);
  });
  if (!found.empty()) return found;
  found = matching([&](const std::filesystem::path& path) { return path.filename() == model.filename(); });
  const auto other = std::ranges::find_if(
      found, [&](const Result* result) { return result->model != found.front()->model; });
  // What one model looked at is nothing to another's.
  if (other != found.end())
    throw UsageError(fmt::format("--model {} may be {} or {}; give it by the path that the results name.",
                                 shown(model), shown(found.front()->model), shown((*other)->model)));
  if (found.empty())
    throw UsageError(fmt::format("--model {} is the checkpoint of none of the results.", shown(model)));
  return found;
}

}  // namespace tagloom::result_page
