#include "commands/commands.hpp"
#include "commands/lines/annotate.hpp"
#include "commands/lines/cache.hpp"
#include "commands/lines/cache_merge.hpp"
#include "commands/lines/cache_tools.hpp"
#include "commands/lines/dataset.hpp"
#include "commands/lines/dataset_convert.hpp"
#include "commands/lines/evaluate.hpp"
#include "commands/lines/experiment.hpp"
#include "commands/lines/export.hpp"
#include "commands/lines/info.hpp"
#include "commands/lines/manual.hpp"
#include "commands/lines/plugins.hpp"
#include "commands/lines/results.hpp"
#include "commands/lines/train.hpp"
#include "commands/work.hpp"

namespace tagloom::commands {
namespace {

template <class Config>
Command command_of(const Line<Config>& line, void (*run)(const Command&, const Arguments&)) {
  Command command = command_of(line);
  command.run = run;
  return command;
}

}  // namespace

const std::vector<Command>& front_commands() {
  static const std::vector<Command> all = {
      command_of(dataset_demo_line()),    command_of(dataset_info_line()),
      command_of(dataset_convert_line()), command_of(cache_build_line()),
      command_of(cache_info_line()),      command_of(cache_verify_line()),
      command_of(cache_merge_line()),     command_of(cache_repair_line()),
      command_of(cache_ls_line()),        command_of(cache_diff_line()),
      command_of(cache_export_line()),    command_of(cache_import_line()),
      command_of(train_line()),           command_of(evaluate_line()),
      command_of(experiment_line()),      command_of(compare_line()),
      command_of(report_line()),          command_of(annotate_line()),
      command_of(export_line()),          command_of(plugins_list_line(), run_plugins_list),
      command_of(plugins_inspect_line()), command_of(plugins_check_line()),
      command_of(plugins_new_line()),     command_of(info_line()),
      command_of(help_line(), run_help),  command_of(completion_line(), run_completion),
      command_of(man_line(), run_man)};
  return all;
}

}  // namespace tagloom::commands
