#include "commands/arguments.hpp"
#include "commands/command_line.hpp"
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

struct EvaluateCommand {
  evaluation::CompareConfig config;
  bool bands = false;
  std::filesystem::path json;
  std::filesystem::path label_csv;
  std::filesystem::path attention;
  PluginOptions plugins;
};

options::Table<EvaluateCommand> table() {
  using options::Row;
  using C = EvaluateCommand;
  return options::joined<C>(
      {options::nested(&C::config, evaluation::option_table()),
       {Row("bands", &C::bands, "scores of rare, middle and frequent labels below each line"),
        Row("json", &C::json, "write scores and predictions here, too"),
        Row("label-csv", &C::label_csv, "write every label's own scores here"),
        Row("attention", &C::attention, "write where each step looked here (one checkpoint, one split)")},
       options::nested(&C::plugins, plugin_folder_rows())});
}

void settle(EvaluateCommand& command) {
  command.config.search.attention = !command.attention.empty();
  if (command.config.search.n_best > 1 && command.json.empty())
    throw UsageError("--n-best goes into the JSON file only; give --json FILE, too.");
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

void write_scores(const evaluation::Comparison& comparison, const EvaluateCommand& command) {
  if (!command.json.empty()) evaluation::write_json(command.json, comparison);
  if (!command.label_csv.empty()) evaluation::write_label_table(command.label_csv, comparison);
}

/// Into the files that the command line names.
void write(const evaluation::Comparison& comparison, const EvaluateCommand& command) {
  write_scores(comparison, command);
  if (!command.json.empty()) runtime::print("scores and predictions: {}\n", shown(command.json));
  if (!command.label_csv.empty()) runtime::print("scores by label: {}\n", shown(command.label_csv));
  if (looked_at(comparison) && !command.attention.empty()) {
    evaluation::write_attention(command.attention, comparison.rows.back(), comparison.vocabulary,
                                comparison.feature_shape);
    runtime::print("attention: {}\n", shown(command.attention));
  }
}

void run_evaluate(const Command& self, const Arguments& arguments) {
  EvaluateCommand command;
  po::variables_map values;
  if (!parse<EvaluateCommand>(self, table(), arguments, values, command, settle)) return;
  evaluation::CompareConfig& config = command.config;
  evaluation::check(config);
  const auto registry = registry_of(command.plugins);
  const distributed::Environment environment = distributed::environment();
  const c10::Device device = runtime::device_named(config.device, environment.local_rank);
  prepare_outputs(values, OutputKind::report, {"json", "label-csv", "attention"});

  runtime::ask_for_memory_of_products(runtime::warn);
  bool headed = false;
  distributed::World world(environment, device);
  config.warn = [&](const std::string& sentence) {
    if (world.is_first()) runtime::warn(sentence);
  };
  config.keep = [&](const evaluation::Comparison& comparison) {
    if (world.is_first()) write(comparison, command);
    return failures_sentence(comparison, config.checkpoints.size());
  };
  config.keep_so_far = [&](const evaluation::Comparison& comparison) {
    if (world.is_first()) write_scores(comparison, command);
  };
  if (config.precision == runtime::Precision::bfloat16 && !multiplies_bfloat16(device) && world.is_first())
    runtime::print("This processor does not multiply bfloat16; --precision float32 is faster here.\n");
  const evaluation::Comparison comparison = evaluation::compare(
      config, registry,
      [&](const evaluation::ScoredSplit& row) {
        if (!world.is_first()) return;
        if (!std::exchange(headed, true)) runtime::print("{}", evaluation::table_head());
        runtime::print("{}", evaluation::table_line(row));
        if (command.bands) runtime::print("{}", evaluation::band_lines(row));
        runtime::flush_output();
      },
      world);
  if (!world.is_first()) {
    if (comparison.stopped) throw Interrupted("stopped; the first process keeps what is scored.");
    return;
  }
  write(comparison, command);
  throw_failures(comparison, config.checkpoints.size());
}

}  // namespace

Command evaluate() {
  return {.name = "evaluate",
          .summary = "score checkpoints on a data set",
          .usage = "CHECKPOINT... --data DIR --cache FILE [options]",
          .options = options::options_of(table()),
          .run = run_evaluate};
}

}  // namespace tagloom::commands
