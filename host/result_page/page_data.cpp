#include "result_page/page_data.hpp"

#include "result_page/difference_data.hpp"
#include "result_page/intervals.hpp"
#include "result_page/picture_data.hpp"
#include "result_page/result_data.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace tagloom::result_page {
namespace {

using nlohmann::ordered_json;

ordered_json files_json(const std::vector<results::ResultFile>& files) {
  ordered_json all = ordered_json::array();
  for (const results::ResultFile& file : files) {
    ordered_json failures = ordered_json::array();
    for (const std::string& sentence : file.failures)
      failures.push_back(shown_lines(sentence));
    all.push_back({{"path", shown(file.path)},
                   {"tagloom", shown(file.tagloom)},
                   {"command", shown(file.command)},
                   {"failures", failures}});
  }
  return all;
}

ordered_json labels_json(const Vocabulary& vocabulary) {
  ordered_json labels = ordered_json::array();
  for (const std::string& label : vocabulary.labels())
    labels.push_back(shown(label));
  return labels;
}

/// Its pictures, too; those go into `pictures`.
ordered_json whole_result(const results::Result& result, const Vocabulary& vocabulary,
                          const PageOptions& options, ordered_json& pictures) {
  std::optional<Intervals> drawn;
  if (!result.truth.empty()) drawn = intervals(result, vocabulary.size(), options.bootstrap);
  ordered_json data;
  try {
    data = result_data(result, vocabulary, drawn);
  } catch (const nlohmann::json::exception& error) {
    throw DataError(fmt::format("{} is no file of `tagloom evaluate --json`: {}", shown(result.file),
                                results::in_words(error)));
  }
  if (options.gallery == nullptr || result.is_baseline() || result.truth.empty()) return data;
  const auto looker = options.lookers.find(result.full_name);
  data["pictures"] = picture_data(result,
                                  {.vocabulary = vocabulary,
                                   .of_each = options.pictures,
                                   .gallery = *options.gallery,
                                   .looker = looker == options.lookers.end() ? nullptr : looker->second},
                                  pictures);
  return data;
}

}  // namespace

ordered_json page_data(const std::vector<results::ResultFile>& files,
                       const std::vector<results::Result>& results, const PageOptions& options) {
  const Vocabulary& vocabulary = files.front().vocabulary;
  // First, since it may refuse what `--against` names.
  ordered_json differences =
      difference_data(results, vocabulary, {.against = options.against, .bootstrap = options.bootstrap});
  ordered_json pictures = ordered_json::object();
  ordered_json all = ordered_json::array();
  for (const results::Result& result : results)
    all.push_back(whole_result(result, vocabulary, options, pictures));
  return {{"title", shown(options.title)},
          {"tagloom", TAGLOOM_VERSION},
          {"confidence", options.bootstrap.confidence},
          {"draws", options.bootstrap.draws},
          {"files", files_json(files)},
          {"labels", labels_json(vocabulary)},
          {"differences", std::move(differences)},
          {"results", std::move(all)},
          {"pictures", std::move(pictures)}};
}

}  // namespace tagloom::result_page
