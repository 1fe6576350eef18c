#include "commands/lines/evaluate.hpp"

#include "commands/outputs.hpp"
#include "commands/work.hpp"
#include "evaluation/attention_file.hpp"
#include "evaluation/compare.hpp"
#include "evaluation/report.hpp"
#include "evaluation/score_table.hpp"
#include "runtime/device.hpp"
#include "runtime/exceptions.hpp"
#include "runtime/for_shell.hpp"
#include "runtime/interrupt.hpp"
#include "runtime/log.hpp"
#include "runtime/memory.hpp"
#include "runtime/output.hpp"
#include "runtime/terminal.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/nn/bfloat16.hpp>

#include <fmt/format.h>

#include <utility>

namespace tagloom::commands {
namespace {

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

/// What was typed, to be typed again.
std::string typed(const Command& self, const Arguments& arguments) {
  std::string line = fmt::format("tagloom {}", self.name);
  for (const std::string& word : arguments)
    line += " " + runtime::for_shell(word);
  return line;
}

void write_scores(const evaluation::Comparison& comparison, const EvaluateLine& command) {
  if (!command.json.empty()) evaluation::write_json(command.json, comparison, command.typed);
  if (!command.label_csv.empty()) evaluation::write_label_table(command.label_csv, comparison);
}

/// Into the files that the command line names.
void write(const evaluation::Comparison& comparison, const EvaluateLine& command) {
  write_scores(comparison, command);
  if (!command.json.empty()) runtime::print("scores and predictions: {}\n", shown(command.json));
  if (!command.label_csv.empty()) runtime::print("scores by label: {}\n", shown(command.label_csv));
  if (looked_at(comparison) && !command.attention.empty()) {
    evaluation::write_attention(command.attention, comparison.rows.back(), comparison.vocabulary,
                                comparison.feature_shape);
    runtime::print("attention: {}\n", shown(command.attention));
  }
}

}  // namespace

void run_evaluate(const Command& self, const Arguments& arguments) {
  EvaluateLine command;
  po::variables_map values;
  if (!parse(self, evaluate_line(), arguments, values, command)) return;
  command.typed = typed(self, arguments);
  evaluation::CompareConfig& config = command.config;
  const auto registry = registry_of(command.plugins);
  const distributed::Environment environment = distributed::environment();
  const c10::Device device = runtime::device_named(config.device, environment.local_rank);
  prepare_outputs(values, OutputKind::report, {"json", "label-csv", "attention"});

  runtime::ask_for_memory_of_products(runtime::warn);
  bool headed = false;
  const int columns = runtime::columns();
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
    runtime::remark("This processor does not multiply bfloat16; --precision float32 is faster here.\n");
  const evaluation::Comparison comparison = evaluation::compare(
      config, registry,
      [&](const evaluation::ScoredSplit& row) {
        if (!world.is_first()) return;
        if (!std::exchange(headed, true)) runtime::print("{}", evaluation::table_head(columns));
        runtime::print("{}", evaluation::table_line(row, columns));
        if (command.bands) runtime::print("{}", evaluation::band_lines(row, columns));
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

}  // namespace tagloom::commands
