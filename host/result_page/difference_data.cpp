#include "result_page/difference_data.hpp"

#include "results/difference_text.hpp"
#include "results/differences.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>
#include <string>

namespace tagloom::result_page {
namespace {

using nlohmann::ordered_json;

std::set<std::string> splits_of(const std::vector<results::Result>& results) {
  std::set<std::string> splits;
  for (const results::Result& result : results)
    splits.insert(result.split);
  return splits;
}

/// The splits that have the result which is to be held against.
std::set<std::string> splits_with(const std::vector<results::Result>& results, const std::string& against) {
  std::set<std::string> splits;
  std::set<std::string> names;
  for (const results::Result& result : results) {
    if (result.is_baseline()) continue;
    if (results::is_called(result, against)) splits.insert(result.split);
    names.insert(shown(result.name));
  }
  if (splits.empty())
    throw UsageError(fmt::format("--against {} is none of the results; they are called: {}.", shown(against),
                                 fmt::join(names, "; ")));
  return splits;
}

/// Names as a page may have them.
ordered_json on_page(ordered_json differences) {
  differences["reference"] = shown(differences["reference"].get_ref<const std::string&>());
  differences["split"] = shown(differences["split"].get_ref<const std::string&>());
  for (ordered_json& other : differences["others"]) {
    other["name"] = shown(other["name"].get_ref<const std::string&>());
    other.erase("f1_of_labels");
  }
  return differences;
}

}  // namespace

ordered_json difference_data(const std::vector<results::Result>& results, const Vocabulary& vocabulary,
                             const DifferenceOptions& options) {
  std::set<std::string> with_it;
  if (!options.against.empty()) with_it = splits_with(results, options.against);
  ordered_json all = ordered_json::array();
  for (const std::string& split : splits_of(results)) {
    const results::CompareOptions compared = {.split = split,
                                              .against = with_it.contains(split) ? options.against : "",
                                              .draws = options.bootstrap.draws,
                                              .confidence = options.bootstrap.confidence,
                                              .seed = options.bootstrap.seed};
    try {
      all.push_back(on_page(results::to_json(results::differences(results, vocabulary, compared))));
    } catch (const DataError&) {
      // One result alone, results of other images, or without truth: there is nothing to say of them.
    }
  }
  return all;
}

}  // namespace tagloom::result_page
