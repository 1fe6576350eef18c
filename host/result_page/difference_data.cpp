#include "result_page/difference_data.hpp"

#include "results/difference_text.hpp"
#include "results/differences.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <set>
#include <string>

namespace tagloom::result_page {
namespace {

using nlohmann::ordered_json;

std::set<std::string> splits_of(const std::vector<results::ResultFile>& files) {
  std::set<std::string> splits;
  for (const results::ResultFile& file : files)
    for (const results::Result& result : file.results)
      splits.insert(result.split);
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

ordered_json difference_data(const std::vector<results::ResultFile>& files,
                             const statistics::BootstrapOptions& options) {
  ordered_json all = ordered_json::array();
  for (const std::string& split : splits_of(files)) {
    try {
      all.push_back(on_page(results::to_json(results::differences(files, {.split = split,
                                                                          .draws = options.draws,
                                                                          .confidence = options.confidence,
                                                                          .seed = options.seed}))));
    } catch (const DataError&) {
      // One result alone, results of other images, or without truth: there is nothing to say of them.
    }
  }
  return all;
}

}  // namespace tagloom::result_page
