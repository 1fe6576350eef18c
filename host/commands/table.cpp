#include "commands/work.hpp"

#include <map>
#include <string_view>

namespace tagloom::commands {

const std::vector<Command>& commands() {
  static const std::vector<Command> all = [] {
    const std::map<std::string_view, void (*)(const Command&, const Arguments&)> work = {
        {"dataset demo", run_dataset_demo},
        {"dataset info", run_dataset_info},
        {"dataset convert", run_dataset_convert},
        {"cache build", run_cache_build},
        {"cache info", run_cache_info},
        {"cache verify", run_cache_verify},
        {"cache merge", run_cache_merge},
        {"cache repair", run_cache_repair},
        {"cache ls", run_cache_ls},
        {"cache diff", run_cache_diff},
        {"cache export", run_cache_export},
        {"cache import", run_cache_import},
        {"train", run_train},
        {"evaluate", run_evaluate},
        {"run", run_experiment},
        {"compare", run_compare},
        {"report", run_report},
        {"annotate", run_annotate},
        {"export", run_export},
        {"plugins inspect", run_plugins_inspect},
        {"plugins check", run_plugins_check},
        {"plugins new", run_plugins_new},
        {"info", run_info}};
    std::vector<Command> commands = front_commands();
    for (Command& command : commands)
      if (command.run == nullptr) command.run = work.at(command.name);
    return commands;
  }();
  return all;
}

}  // namespace tagloom::commands
