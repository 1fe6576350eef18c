#include "commands/lines/results.hpp"
#include "commands/work.hpp"
#include "results/difference_text.hpp"
#include "results/differences.hpp"
#include "runtime/output.hpp"
#include "runtime/terminal.hpp"

#include <tagloom/base/json_text.hpp>

#include <vector>

namespace tagloom::commands {

void run_compare(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  CompareLine command;
  if (!parse(self, compare_line(), arguments, values, command)) return;
  std::vector<results::ResultFile> files;
  for (const std::filesystem::path& path : command.results)
    files.push_back(results::read_results(path));
  const results::Differences differences =
      results::differences(files, {.split = command.split,
                                   .against = command.against,
                                   .draws = command.draws,
                                   .confidence = command.confidence,
                                   .seed = static_cast<std::uint64_t>(command.seed)});
  const results::LabelChoice labels = {.all = command.labels};
  if (command.json)
    runtime::print("{}\n", to_json_text(results::to_json(differences), 1));
  else if (command.markdown)
    runtime::print("{}", results::to_markdown(differences, labels));
  else
    runtime::print("{}", results::to_text(differences, labels, runtime::columns()));
}

}  // namespace tagloom::commands
