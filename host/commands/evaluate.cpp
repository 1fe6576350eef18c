#include "commands/arguments.hpp"
#include "commands/commands.hpp"
#include "commands/outputs.hpp"
#include "evaluation/attention_file.hpp"
#include "evaluation/compare.hpp"
#include "evaluation/report.hpp"
#include "runtime/device.hpp"
#include "runtime/exceptions.hpp"
#include "runtime/interrupt.hpp"
#include "runtime/log.hpp"
#include "runtime/memory.hpp"
#include "runtime/output.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/nn/bfloat16.hpp>

#include <fmt/format.h>

#include <utility>

namespace tagloom::commands {
namespace {

po::options_description description_of() {
  using Texts = std::vector<std::string>;
  po::options_description description("options");
  description.add_options()("checkpoint", po::value<Texts>()->required(),
                            "checkpoints to score (the option's name may be left out)")(
      "data", po::value<std::string>()->required(), "data set folder (train.json, test.json)")(
      "cache", po::value<std::string>()->required(), "feature cache of its images")(
      "beam", po::value<std::int64_t>()->default_value(1), "hypotheses kept an image; 1 is greedy search")(
      "length-penalty", po::value<double>()->default_value(0),
      "rank hypotheses by log p / (labels + 1)^this")("allow-repeats", po::bool_switch(),
                                                      "let a sequence emit a label again")(
      "n-best", po::value<std::int64_t>()->default_value(1), "hypotheses an image in the JSON file")(
      "bands", po::bool_switch(), "scores of rare, middle and frequent labels below each line")(
      "split", po::value<Texts>()->composing()->default_value({"test"}, "test"),
      "train, validation or test (repeatable)")("json", po::value<std::string>(),
                                                "write scores and predictions here, too")(
      "label-csv", po::value<std::string>(), "write every label's own scores here")(
      "attention", po::value<std::string>(), "write where each step looked here (one checkpoint, one split)")(
      "device", po::value<std::string>()->default_value("auto"), "auto, cpu, cuda or cuda:N")(
      "precision", po::value<std::string>()->default_value("float32"),
      "of products: float32, bfloat16 (faster where the hardware has it), or auto: bfloat16 there")(
      "skip-unreadable", po::bool_switch(), "leave out the images that the cache has no features of");
  add_plugin_dir(description);
  return description;
}

std::string failures_sentence(const evaluation::Comparison& comparison, std::size_t checkpoints) {
  std::string sentence =
      fmt::format("{} of {} checkpoints could not be scored:", comparison.failures.size(), checkpoints);
  for (const evaluation::Failure& failure : comparison.failures)
    sentence += "\n  " + failure.sentence;
  return sentence;
}

void throw_failures(const evaluation::Comparison& comparison, std::size_t checkpoints) {
  if (comparison.failures.empty()) return;
  std::string causes;
  for (const evaluation::Failure& failure : comparison.failures)
    causes += failure.causes;
  const std::string sentence = failures_sentence(comparison, checkpoints);
  if (comparison.stopped) runtime::throw_with_causes(Interrupted(sentence), causes);
  runtime::throw_with_causes(DataError(sentence), causes);
}

/// A stopped comparison may have no row but the baseline's, which looks at nothing.
bool looked_at(const evaluation::Comparison& comparison) {
  return !comparison.rows.empty() && !comparison.rows.back().method.empty();
}

/// Into the files that the command line names.
void write(const evaluation::Comparison& comparison, const po::variables_map& values) {
  if (const auto json = path_from(values, "json"); !json.empty()) {
    evaluation::write_json(json, comparison);
    runtime::print("scores and predictions: {}\n", shown(json));
  }
  if (const auto csv = path_from(values, "label-csv"); !csv.empty()) {
    evaluation::write_label_table(csv, comparison);
    runtime::print("scores by label: {}\n", shown(csv));
  }
  if (const auto path = path_from(values, "attention"); looked_at(comparison) && !path.empty()) {
    evaluation::write_attention(path, comparison.rows.back(), comparison.vocabulary,
                                comparison.feature_shape);
    runtime::print("attention: {}\n", shown(path));
  }
}

}  // namespace

void evaluate(const Arguments& arguments) {
  po::positional_options_description positional;
  positional.add("checkpoint", -1);
  po::variables_map values;
  if (!parse(arguments, description_of(), positional,
             "tagloom evaluate CHECKPOINT... --data DIR --cache FILE [options]", values))
    return;
  const auto registry = registry_from(values);
  evaluation::CompareConfig config{.data = path_from(values, "data"),
                                   .cache = path_from(values, "cache"),
                                   .splits = values["split"].as<std::vector<std::string>>(),
                                   .search = {.beam_width = values["beam"].as<std::int64_t>(),
                                              .length_penalty = values["length-penalty"].as<double>(),
                                              .allow_repeats = values["allow-repeats"].as<bool>(),
                                              .n_best = values["n-best"].as<std::int64_t>(),
                                              .attention = values.count("attention") > 0},
                                   .device = values["device"].as<std::string>(),
                                   .precision = values["precision"].as<std::string>(),
                                   .skip_unreadable = values["skip-unreadable"].as<bool>()};
  for (const auto& path : values["checkpoint"].as<std::vector<std::string>>())
    config.checkpoints.emplace_back(path);
  if (config.search.attention && (config.checkpoints.size() != 1 || config.splits.size() != 1))
    throw UsageError("--attention writes the steps of one checkpoint on one split; give one of each.");

  if (config.search.n_best > 1 && values.count("json") == 0)
    throw UsageError("--n-best goes into the JSON file only; give --json FILE, too.");
  prepare_outputs(values, OutputKind::report, {"json", "label-csv", "attention"});

  runtime::ask_for_memory_of_products(runtime::warn);
  const bool bands = values["bands"].as<bool>();
  bool headed = false;
  const distributed::Environment environment = distributed::environment();
  distributed::World world(environment, runtime::device_named(config.device, environment.local_rank));
  config.warn = [&](const std::string& sentence) {
    if (world.is_first()) runtime::warn(sentence);
  };
  config.keep = [&](const evaluation::Comparison& comparison) {
    if (world.is_first()) write(comparison, values);
    return failures_sentence(comparison, config.checkpoints.size());
  };
  if (config.precision == "bfloat16" && !multiplies_bfloat16(runtime::device_named(config.device)) &&
      world.is_first())
    runtime::print("This processor does not multiply bfloat16; --precision float32 is faster here.\n");
  const evaluation::Comparison comparison = evaluation::compare(
      config, registry,
      [&](const evaluation::ScoredSplit& row) {
        if (!world.is_first()) return;
        if (!std::exchange(headed, true)) runtime::print("{}", evaluation::table_head());
        runtime::print("{}", evaluation::table_line(row));
        if (bands) runtime::print("{}", evaluation::band_lines(row));
        runtime::flush_output();
      },
      world);
  if (!world.is_first()) {
    if (comparison.stopped) throw Interrupted("stopped; the first process keeps what is scored.");
    return;
  }
  write(comparison, values);
  throw_failures(comparison, config.checkpoints.size());
}

}  // namespace tagloom::commands
