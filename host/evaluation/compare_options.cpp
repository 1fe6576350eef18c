#include "data/reading_options.hpp"
#include "evaluation/compare_config.hpp"

#include <tagloom/base/error.hpp>

namespace tagloom::evaluation {
namespace {

using options::Row;

/// Folders may be called otherwise on another machine.
std::string names_of(const CompareConfig& config) {
  std::string names;
  for (const auto& path : config.checkpoints)
    names += path.filename().string() + " ";
  return names;
}

}  // namespace

const options::Table<CompareConfig>& option_table() {
  static const auto table = options::joined<CompareConfig>(
      {{Row("checkpoint", &CompareConfig::checkpoints,
            "checkpoints to score (the option's name may be left out)")
            .required()
            .positional()
            .recorded_as("checkpoints", names_of),
        Row("data", &CompareConfig::data, data::kDataHelp).value_name("DATA").required(),
        Row("cache", &CompareConfig::caches, "feature cache of its images (repeatable: read as one)")
            .required()},
       options::nested(&CompareConfig::reading, data::layout_row()),
       options::nested(&CompareConfig::search, search::option_table()),
       {Row("split", &CompareConfig::splits, "train, validation or test (repeatable)")
            .choices({"train", "validation", "test"})
            .recorded(),
        Row("device", &CompareConfig::device, "auto, cpu, cuda or cuda:N"),
        Row("precision", &CompareConfig::precision,
            "of products: float32, bfloat16, or auto: bfloat16 where it is measured to be faster")
            .recorded(),
        Row("cuda-graph", &CompareConfig::cuda_graph,
            "launch what a batch computes as one CUDA graph: auto (on a GPU, where it can be recorded), on "
            "or off"),
        Row("skip-unreadable", &CompareConfig::skip_unreadable,
            "leave out the images that the cache has no features of")
            .recorded()}});
  return table;
}

void check(const CompareConfig& config) {
  options::check(option_table(), config);
  search::check(config.search);
  if (config.search.attention && (config.checkpoints.size() != 1 || config.splits.size() != 1))
    throw UsageError("--attention writes the steps of one checkpoint on one split; give one of each.");
}

}  // namespace tagloom::evaluation
