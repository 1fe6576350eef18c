#pragma once

/// Small results, as `evaluate --json` would write them.

#include "results/result_file.hpp"
#include "support/files.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <vector>

namespace tagloom::testing {

using LabelsByImage = std::map<std::string, std::vector<std::string>>;

struct SmallResult {
  std::string model = "a.safetensors";
  LabelsByImage truth = {{"1.jpg", {"sea", "sky"}}, {"2.jpg", {"tree"}}, {"3.jpg", {"sky"}}, {"4.jpg", {}}};
  LabelsByImage said = {
      {"1.jpg", {"sky", "sea"}}, {"2.jpg", {"sea"}}, {"3.jpg", {"sky", "tree"}}, {"4.jpg", {}}};
  std::vector<std::string> vocabulary = {"sky", "sea", "tree"};
  std::string search = "greedy";
  std::string split = "test";
};

/// With metrics, probabilities and scores that follow from the labels.
nlohmann::json result_json(const SmallResult& result);
/// A document of format 3.
nlohmann::json document_of(const std::vector<SmallResult>& results);
/// Its file, read.
results::ResultFile file_of(const TemporaryFolder& folder, const std::string& name,
                            const std::vector<SmallResult>& results);

}  // namespace tagloom::testing
