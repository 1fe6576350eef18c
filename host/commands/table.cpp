#include "commands/commands.hpp"

namespace tagloom::commands {

const std::vector<Command>& commands() {
  static const std::vector<Command> all = {
      dataset_demo(),  dataset_info(), cache_build(), cache_info(),   cache_verify(),
      train(),         evaluate(),     annotate(),    plugins_list(), plugins_inspect(),
      plugins_check(), plugins_new(),  info(),        completion(),   man()};
  return all;
}

}  // namespace tagloom::commands
